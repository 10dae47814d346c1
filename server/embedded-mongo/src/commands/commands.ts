import { aggregateCommands } from './aggregate.ts';
import type { Command, Commands } from './command.ts';
import { cursorCommands } from './cursor-commands.ts';
import { explainCommands } from './explain.ts';
import { indexCommands } from './index-commands.ts';
import { listingCommands } from './listing.ts';
import { readCommands } from './read-commands.ts';
import { schemaCommands } from './schema-commands.ts';
import { serverCommands } from './server-commands.ts';
import { transactionCommands } from './transaction-commands.ts';
import { writeCommands } from './write-commands.ts';

/** Every command there is, by the names it is known under. */
export const COMMANDS: Commands = withAliases({
  ...serverCommands,
  ...readCommands,
  ...aggregateCommands,
  ...writeCommands,
  ...cursorCommands,
  ...transactionCommands,
  ...schemaCommands,
  ...indexCommands,
  ...listingCommands,
  ...explainCommands,
});

/** Older spellings; a command reads its first argument under the name it was called by. */
function withAliases(commands: Record<string, Command>): Commands {
  const aliases = { buildinfo: 'buildInfo', findandmodify: 'findAndModify' };
  for (const [alias, name] of Object.entries(aliases)) {
    const command = commands[name];
    if (command) commands[alias] = command;
  }
  return commands;
}
