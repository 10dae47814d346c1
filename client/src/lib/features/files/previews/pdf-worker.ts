import { GlobalWorkerOptions } from 'pdfjs-dist';

/** Has PDFs read beside the page: by one worker for all, which is there from the first on. */
export function startPdfWorker(): void {
  GlobalWorkerOptions.workerPort ??= new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' });
}
