/** How many days ahead whoever looks after an instrument is reminded of its calibration; 0: when it is not valid any more. */
export const reminderDays = [30, 7, 1, 0] as const;
export type ReminderDays = (typeof reminderDays)[number];

/** What is told once for each certificate and each of these moments. */
export type CalibrationReminder = {
  instrumentId: string;
  instrumentName: string;
  calibrationId: string;
  days: ReminderDays;
  dueAt: string;
  /** A whole sentence. */
  words: string;
};
