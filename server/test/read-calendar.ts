/** An iCalendar file read as RFC 5545 says: unfolded, by lines, with their text unescaped. @throws where it is none. */
export function readCalendar(text: string): { name: string; events: Record<string, string>[] } {
  const lines = text.replaceAll(/\r\n[ \t]/g, '').split('\r\n');
  if (lines.pop() !== '' || lines.shift() !== 'BEGIN:VCALENDAR' || lines.pop() !== 'END:VCALENDAR') {
    throw new Error('It is no calendar.');
  }
  const events: Record<string, string>[] = [];
  let [event, name]: [Record<string, string> | null, string] = [null, ''];
  for (const line of lines) {
    const [, key = '', value = ''] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/s.exec(line) ?? [];
    if (key === '') throw new Error(`It is no content line: ${line}`);
    if (line === 'BEGIN:VEVENT') event = {};
    else if (line === 'END:VEVENT' && event) [event] = [null, events.push(event)];
    else if (event) event[key] = unescaped(value);
    else if (key === 'NAME') name = unescaped(value);
  }
  if (event) throw new Error('An event does not end.');
  return { name, events };
}

const unescaped = (value: string): string =>
  value.replaceAll(/\\(.)/g, (_all, escaped: string) => (escaped.toLowerCase() === 'n' ? '\n' : escaped));
