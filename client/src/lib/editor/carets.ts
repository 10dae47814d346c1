import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { AwarenessUser } from '@cobench/shared/realtime/collab';
import type { WebsocketProvider } from 'y-websocket';

/** Where others are writing, each with a name and a colour. Who is who, the server says. */
export const carets = (provider: WebsocketProvider) =>
  CollaborationCaret.configure({
    provider,
    // The server puts the person of the session in its place.
    user: {},
    render: (stated) => {
      const user = AwarenessUser.safeParse(stated);
      return user.success ? caret(user.data) : document.createElement('span');
    },
    selectionRender: (stated) => {
      const user = AwarenessUser.safeParse(stated);
      return user.success ? { style: `background-color: ${user.data.color}38` } : {};
    },
  });

/** The attribute by which the caret of a person is found again. */
const personAttribute = 'data-person';

function caret({ id, name, color }: AwarenessUser): HTMLElement {
  const line = document.createElement('span');
  line.className = 'caret';
  line.setAttribute(personAttribute, id);
  line.style.setProperty('--caret', color);
  line.style.setProperty('--caret-ink', inkOn(color));
  // Between characters, and yet no character: it must not be read aloud or copied.
  line.setAttribute('aria-hidden', 'true');
  // Drawn from the attribute, so that the name is never part of the text.
  line.dataset['name'] = name;
  return line;
}

/** Scrolls to where a person is writing, and shows the name there. False if there is no such place. */
export function scrollToCaret(editor: HTMLElement, personId: string): boolean {
  const line = editor.querySelector(`[${personAttribute}="${CSS.escape(personId)}"]`);
  if (line === null) return false;
  line.scrollIntoView({ block: 'center', behavior: 'smooth' });
  line.classList.add('caret-found');
  setTimeout(() => line.classList.remove('caret-found'), foundFor);
  return true;
}

/** Milliseconds for which a caret that was looked for stands out. */
const foundFor = 2000;

/** Black or white, whichever is easier to read on a colour `#rrggbb` (WCAG 2.2 relative luminance). */
export function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
