export { fileBytes } from './file-bytes.ts';
export { fileContent } from './file-content.ts';
export { fileImages } from './file-images.ts';
export { mongoFiles } from './file.mongo.ts';
export { fileRoutes, sealedFileRoutes } from './file.routes.ts';
export { fileService } from './file.service.ts';
export { fileOwners } from './owners.ts';
export { sealedLinks } from './sealed-link.ts';
