// `npm run bench:typing`: what one person feels who types in a long entry while many others type in it too.
// Options: --people N (default 50), --kilobytes N (default 150), --seconds N (default 20)
import { parseArgs } from 'node:util';
import { startCobench } from '../../server/bench/collab/subjects.ts';
import { crowd } from './crowd.ts';
import { openEntry } from './page.ts';
import { quantiles } from '../../server/bench/quantiles.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '50' },
    kilobytes: { type: 'string', default: '150' },
    seconds: { type: 'string', default: '20' },
  },
});
const [people, kilobytes, seconds] = [values.people, values.kilobytes, values.seconds].map(Number);
if (!people || !kilobytes || !seconds) throw new TypeError('The options are numbers above zero.');

const subject = await startCobench({ web: 'static' });
const [url = ''] = await subject.documents(1, { markdown: aReport(kilobytes * 1000) });
const page = await openEntry(url);
report('alone', await page.type(seconds / 2));
const others = await crowd(subject, { url, people });
await eventLoopLag(url);
report(`with ${people} others, ${people * 5} keystrokes/s`, await page.type(seconds));
const { p99, max } = await eventLoopLag(url);
console.log(`the event loop of the server was late by ${p99.toFixed(1)} ms at p99, ${max.toFixed(1)} ms at most`);
await others.leave();
await page.close();
await subject.stop();

function report(when: string, { keystrokes, longestBlock }: { keystrokes: number[]; longestBlock: number }): void {
  const [p50, p95, p99] = quantiles(keystrokes, [0.5, 0.95, 0.99]);
  const figures = [p50, p95, p99].map((value) => `${value.toFixed(1)} ms`).join(' / ');
  console.log(
    `${when}: keystroke to changed page p50 / p95 / p99 ${figures}, longest task ${longestBlock.toFixed(0)} ms`,
  );
}

/** Milliseconds that the event loop of the server was late since this was last asked. */
async function eventLoopLag(ofUrl: string): Promise<{ p99: number; max: number }> {
  const metrics = await (await fetch(new URL('/metrics', ofUrl.replace(/^ws/, 'http')))).text();
  const value = (name: string): number => 1000 * Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  return { p99: value('nodejs_eventloop_lag_p99_seconds'), max: value('nodejs_eventloop_lag_max_seconds') };
}

/** Markdown of about this many bytes, as a laboratory writes it: headings, paragraphs, lists, a table. */
function aReport(bytes: number): string {
  const sentence = 'The wafer was etched for 30 s at 30 mTorr and 150 W, and weighed again after cooling. ';
  let text = '';
  for (let section = 1; text.length < bytes; section++) {
    text += `## Step ${section}\n\n`;
    for (let paragraph = 0; paragraph < 6; paragraph++) text += `${sentence.repeat(4)}\n\n`;
    text += `- season the chamber\n- etch\n- weigh\n\n| run | rate |\n| --- | --- |\n| ${section} | 31.8 |\n\n`;
  }
  return text;
}
