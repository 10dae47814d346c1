import type { Editor, Range } from '@tiptap/core';
import { Extension } from '@tiptap/core';
import { PluginKey } from '@tiptap/pm/state';
import { exitSuggestion, Suggestion, type SuggestionProps } from '@tiptap/suggestion';
import type { BlockCommand } from './block-commands.ts';

const key = new PluginKey('slashMenu');

/** Where the slash was typed, in pixels of the window. */
export type Anchor = { left: number; top: number; bottom: number };

/** The menu of blocks that opens at a slash. It thinks; SlashMenu.svelte draws. */
export class SlashMenu {
  items = $state.raw<readonly BlockCommand[]>([]);
  chosen = $state(0);
  anchor = $state.raw<Anchor | null>(null);
  readonly open = $derived.by(() => this.anchor !== null && this.items.length > 0);
  #range: Range = { from: 0, to: 0 };
  #editor: Editor | null = null;
  readonly #commands: (query: string, editor: Editor) => readonly BlockCommand[];
  readonly #run: (command: BlockCommand, range: Range) => void;

  constructor(
    commands: (query: string, editor: Editor) => readonly BlockCommand[],
    run: (command: BlockCommand, range: Range) => void,
  ) {
    this.#commands = commands;
    this.#run = run;
  }

  pick(index: number): void {
    const command = this.items[index];
    if (command === undefined) return;
    const range = this.#range;
    this.close();
    this.#run(command, range);
  }

  /** Whether the key was meant for the menu. */
  press({ key: pressed }: Pick<KeyboardEvent, 'key'>): boolean {
    if (!this.open) return false;
    const count = this.items.length;
    if (pressed === 'ArrowDown') this.chosen = (this.chosen + 1) % count;
    else if (pressed === 'ArrowUp') this.chosen = (this.chosen + count - 1) % count;
    else if (pressed === 'Home') this.chosen = 0;
    else if (pressed === 'End') this.chosen = count - 1;
    else if (pressed === 'Enter' || pressed === 'Tab') this.pick(this.chosen);
    else return false;
    return true;
  }

  /** Closes it and lets the slash stand. */
  dismiss(): void {
    if (this.#editor !== null) exitSuggestion(this.#editor.view, key);
    this.close();
  }

  close(): void {
    this.anchor = null;
    this.items = [];
  }

  /** The part that lives in the editor. */
  extension(): Extension {
    const show = ({ editor, range, items, clientRect, loading }: SuggestionProps<BlockCommand>) => {
      if (loading) return;
      this.#editor = editor;
      this.#range = range;
      this.items = items;
      this.chosen = 0;
      const place = clientRect?.();
      this.anchor = place ? { left: place.left, top: place.top, bottom: place.bottom } : null;
    };
    const commands = this.#commands;
    const press = (event: KeyboardEvent) => this.press(event);
    const close = () => this.close();
    return Extension.create({
      name: 'slashMenu',
      addProseMirrorPlugins() {
        return [
          Suggestion<BlockCommand>({
            editor: this.editor,
            pluginKey: key,
            char: '/',
            allow: ({ editor, state, range }) =>
              editor.isEditable && state.doc.resolve(range.from).parent.type.spec.code !== true,
            items: ({ query, editor }) => [...commands(query, editor)],
            render: () => ({
              onStart: show,
              onUpdate: show,
              onExit: close,
              onKeyDown: ({ event }) => press(event),
            }),
          }),
        ];
      },
    });
  }
}
