import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { smtpMail } from './mail.ts';

/** As much of a mail server (RFC 5321) as it takes to receive one mail; `refuse` is the answer to a recipient. */
async function mailServer(refuse?: string) {
  const received: string[] = [];
  const server = createServer((socket: Socket) => {
    let data: string | null = null;
    let text = '';
    socket.write('220 lab.test\r\n');
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (data !== null && line !== '.') data += `${line}\n`;
        else socket.write(`${answerTo(line)}\r\n`);
      }
    });
    function answerTo(line: string): string {
      if (data !== null) {
        received.push(data);
        data = null;
        return '250 kept';
      }
      received.push(line);
      if (line === 'DATA') {
        data = '';
        return '354 go on';
      }
      return line.startsWith('RCPT') && refuse ? refuse : '250 yes';
    }
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once('listening', resolve));
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const from = 'Cobench <no-reply@lab.test>';

test('a mail reaches its one recipient as plain text, whatever its subject says', async () => {
  const { url, received } = await mailServer();
  await smtpMail({ url, from })({
    to: 'ada@lab.test',
    subject: 'Ada invites you\r\nBcc: everybody@lab.test',
    text: 'A link:\nhttps://lab.test/sign-in/invitation#abc',
  });
  expect(received.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ada@lab.test>']);
  const mail = received.join('\n');
  expect(mail).toContain('From: Cobench <no-reply@lab.test>');
  expect(mail).toContain('https://lab.test/sign-in/invitation#abc');
  expect(mail).toContain('Content-Type: text/plain');
  expect(mail).not.toMatch(/^Bcc:/im);
});

test.each(['ada@lab.test, eve@lab.test', 'ada@lab.test>\r\nRCPT TO:<eve@lab.test'])(
  'an address like %j reaches nobody else',
  async (to) => {
    const { url, received } = await mailServer();
    await smtpMail({ url, from })({ to, subject: 's', text: 't' }).catch(() => undefined);
    expect(received.filter((line) => /eve/.test(line) && line.startsWith('RCPT TO:<eve'))).toEqual([]);
  },
);

test('a mail server that refuses is heard', async () => {
  const { url } = await mailServer('550 no such person');
  await expect(smtpMail({ url, from })({ to: 'x@lab.test', subject: 's', text: 't' })).rejects.toThrow('550');
});
