import { aggregateCommands } from './aggregate.ts';
import type { Commands } from './command.ts';
import { cursorCommands } from './cursor-commands.ts';
import { explainCommands } from './explain.ts';
import { indexCommands } from './index-commands.ts';
import { listingCommands } from './listing.ts';
import { readCommands } from './read-commands.ts';
import { schemaCommands } from './schema-commands.ts';
import { serverCommands } from './server-commands.ts';
import { transactionCommands } from './transaction-commands.ts';
import { writeCommands } from './write-commands.ts';

/** Every command there is, by name. */
export const COMMANDS: Commands = {
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
};
