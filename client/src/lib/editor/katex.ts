import 'katex/dist/katex.min.css';
import { ParseError, render, renderToString } from 'katex';

/** Draws LaTeX into an element; what KaTeX cannot read is shown as it was written, in red. For lazy loading only. */
export function drawLatex(latex: string, { into, display }: { into: HTMLElement; display: boolean }): void {
  render(latex, into, {
    displayMode: display,
    throwOnError: false,
    errorColor: 'var(--red)',
    strict: 'ignore',
    maxSize: 50,
  });
}

/** Why KaTeX cannot read a piece of LaTeX; null if it can. */
export function latexProblem(latex: string): string | null {
  try {
    renderToString(latex, { strict: 'ignore' });
    return null;
  } catch (error) {
    if (error instanceof ParseError) return error.message.replace(/^KaTeX parse error: /, '');
    throw error;
  }
}
