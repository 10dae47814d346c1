import { documentSchema } from '@cobench/shared/editor/markdown';
import { splitFrontMatter } from '@cobench/shared/notebook/front-matter';
import { DOMSerializer } from '@tiptap/pm/model';
import { markdownNodes } from '#lib/editor/markdown-paste.ts';

/**
 * Draws markdown into an element by the schema of the product's documents: what that does not know, such as HTML, is text or
 * is not there. Null where the markdown makes no document.
 */
export function drawnMarkdown(markdown: string): ((element: HTMLElement) => void) | null {
  const { body } = splitFrontMatter(markdown);
  const document = markdownNodes(body, documentSchema);
  if (document === null) return null;
  return (element) => {
    element.replaceChildren(DOMSerializer.fromSchema(documentSchema).serializeFragment(document.content));
    // Nothing is loaded from elsewhere: who looks at a file is told to nobody.
    for (const picture of element.querySelectorAll('img:not([src^="/"])')) picture.remove();
    for (const box of element.querySelectorAll('input')) box.disabled = true;
    void drawEquations(element);
  };
}

async function drawEquations(element: HTMLElement): Promise<void> {
  const equations = [...element.querySelectorAll<HTMLElement>('[data-latex]')];
  if (equations.length === 0) return;
  const { drawLatex } = await import('#lib/editor/katex.ts');
  for (const into of equations)
    drawLatex(into.dataset['latex'] ?? '', { into, display: into.dataset['type'] === 'block-math' });
}
