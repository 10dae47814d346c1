const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);

const hour = { hour: '2-digit', minute: '2-digit' } as const;
const second = { ...hour, second: '2-digit' } as const;
const formats = {
  millisecond: format({ ...second, fractionalSecondDigits: 3 }),
  second: format(second),
  minute: format(hour),
  day: format({ day: 'numeric', month: 'short' }),
  dayAndMinute: format({ day: 'numeric', month: 'short', ...hour }),
  exact: format({ day: 'numeric', month: 'short', ...second, fractionalSecondDigits: 1 }),
};

/**
 * Labels of a time axis: as fine as the distance between its ticks (milliseconds) asks for; the day stands where it
 * begins to be another one.
 */
export function timeLabels(ticks: readonly number[], distance: number): string[] {
  const fine = distance < 1000 ? formats.millisecond : distance < 60_000 ? formats.second : formats.minute;
  return ticks.map((tick, i) => {
    if (distance >= 86_400_000) return formats.day.format(tick);
    const previous = ticks[i - 1];
    const newDay = previous !== undefined && formats.day.format(previous) !== formats.day.format(tick);
    return newDay ? formats.dayAndMinute.format(tick) : fine.format(tick);
  });
}

/** “21 Nov, 14:03:12.4”, for a read-out. `at` in milliseconds since 1970. */
export const pointTime = (at: number): string => formats.exact.format(at);
