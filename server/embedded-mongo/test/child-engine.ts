import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

export type ChildEngine = {
  url: string;
  /** SIGKILL: nothing is flushed, nothing is closed. Resolves when the process is gone. */
  kill(): Promise<void>;
};

/**
 * The database in a process of its own, so that it can be killed, on a unix socket if one is named. Rejects with what it
 * says when it does not start.
 */
export async function startChild(file: string, socket?: string): Promise<ChildEngine> {
  const place = socket === undefined ? ['--port', '0'] : ['--socket', socket];
  const child = spawn(process.execPath, [CLI, 'start', '--file', file, ...place], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await firstLine(child);
  const exited = once(child, 'exit');
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('exit', () => reject(new Error(errors.trim())));
  });
}
