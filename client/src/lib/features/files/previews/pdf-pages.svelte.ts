import { getDocument, PasswordResponses, TextLayer, type PDFDocumentProxy } from 'pdfjs-dist';
import { startPdfWorker } from './pdf-worker.ts';

/** How much is asked for at a time, in bytes. */
const chunk = 256 * 1024;
/** The most pixels of one page that are drawn. */
const mostPixels = 16_000_000;

export type PdfState =
  { state: 'loading' } | { state: 'ready'; pages: number } | { state: 'locked'; wrong: boolean } | { state: 'failed' };
type Drawing = { canvas: HTMLCanvasElement; words: HTMLElement; page: number; scale: number; signal: AbortSignal };

/**
 * A PDF that is read by ranges: only what its shown pages need. Scripts and forms in it are not there, and links in it lead
 * nowhere. For lazy loading only.
 */
export class PdfPages {
  now = $state.raw<PdfState>({ state: 'loading' });
  readonly #line = startPdfWorker();
  readonly #task: ReturnType<typeof getDocument>;
  #document: PDFDocumentProxy | null = null;
  #answerPassword: ((password: string) => void) | null = null;

  constructor(address: string) {
    this.#task = getDocument({
      url: address,
      worker: this.#line.worker,
      rangeChunkSize: chunk,
      disableAutoFetch: true,
      disableStream: true,
      enableXfa: false,
      // The policy of the page allows no WebAssembly: what needs it is decoded without.
      useWasm: false,
      verbosity: 0,
    });
    this.#task.onPassword = (answer: (password: string) => void, reason: number) => {
      this.#answerPassword = answer;
      this.now = { state: 'locked', wrong: reason === PasswordResponses.INCORRECT_PASSWORD };
    };
    void this.#open();
  }

  unlock(password: string): void {
    this.now = { state: 'loading' };
    this.#answerPassword?.(password);
  }

  /** The size of a page at a scale of 1, in pixels of CSS. */
  async sizeOf(page: number): Promise<{ width: number; height: number }> {
    const { width, height } = (await this.#page(page)).getViewport({ scale: 96 / 72 });
    return { width, height };
  }

  /** Draws a page with its words over it, so that they can be selected. Rejects where it cannot be drawn. */
  async draw({ canvas, words, page: number, scale, signal }: Drawing): Promise<void> {
    const page = await this.#page(number);
    if (signal.aborted) return;
    const viewport = page.getViewport({ scale: (scale * 96) / 72 });
    const wanted = globalThis.devicePixelRatio;
    const ratio = Math.min(wanted, Math.sqrt(mostPixels / (viewport.width * viewport.height)));
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    const transform = [ratio, 0, 0, ratio, 0, 0];
    const task = page.render({ canvas, viewport, transform });
    const stop = () => task.cancel();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await task.promise;
      words.replaceChildren();
      const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport });
      await layer.render();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    void this.#task.destroy().finally(() => this.#line.close());
  }

  async #open(): Promise<void> {
    try {
      this.#document = await this.#task.promise;
      this.now = { state: 'ready', pages: this.#document.numPages };
    } catch {
      // Damaged, no PDF at all, refused, or the network was away: the words are the same, and so is the way out.
      this.now = { state: 'failed' };
    }
  }

  async #page(number: number) {
    const document = this.#document ?? (await this.#task.promise);
    return document.getPage(number);
  }
}
