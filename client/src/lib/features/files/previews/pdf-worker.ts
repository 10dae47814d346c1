import { PDFWorker } from 'pdfjs-dist';

/** Has one PDF read beside the page, until `close`. */
export function startPdfWorker(): { worker: PDFWorker; close: () => void } {
  const port = new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' });
  const worker = PDFWorker.create({ port });
  return {
    worker,
    close: () => {
      worker.destroy();
      port.terminate();
    },
  };
}
