/** Somebody is to be told that nobody has acknowledged an alert: one row for each alert, level and reopening, for ever. */
export type EscalationMail = {
  orgId: string;
  alertId: string;
  level: number;
  /** How often the alert had been opened again. */
  reopenings: number;
  /** Who was told already. */
  told: string[];
};

/** What waits to be mailed; a mail is sent again only where a process died between sending it and noting that. */
export type EscalationMails = {
  /** In the transaction of the escalation. */
  add(mail: Omit<EscalationMail, 'told'>, now: Date): Promise<void>;
  /** One that is to be sent and that nobody else sends until `until`; null where there is none. */
  take(now: Date, until: Date): Promise<EscalationMail | null>;
  told(mail: EscalationMail, personId: string): Promise<void>;
  /** It was sent, or there is no reason for it any more. */
  done(mail: EscalationMail, at: Date): Promise<void>;
};
