export { mongoProjects } from './project.mongo.ts';
export { projectRoutes } from './project.routes.ts';
export { projectService, type ProjectService } from './project.service.ts';
