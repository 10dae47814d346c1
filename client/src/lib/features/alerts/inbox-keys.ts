/** What the keyboard does in the inbox, as shown to people. */
export const inboxKeys = [
  {
    title: 'Lines',
    keys: [
      ['Next line', 'j'],
      ['Previous line', 'k'],
      ['Open in place, or close', 'enter'],
      ['Open the page of the alert', 'o'],
    ],
  },
  {
    title: 'Alerts',
    keys: [
      ['Acknowledge what is chosen, or the line', 'a'],
      ['Choose the line', 'x'],
      ['Choose nothing, close the line', 'escape'],
    ],
  },
  {
    title: 'List',
    keys: [
      ['Bring in what is new', 'r'],
      ['Search', '/'],
      ['These shortcuts', '?'],
    ],
  },
] as const;
