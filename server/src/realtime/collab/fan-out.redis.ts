import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { newId } from '../../platform/new-id.ts';
import { redisChannels } from './channels.redis.ts';
import { ProcessFanOut, type FanOut } from './fan-out.ts';

/** The other processes of this installation, over Redis. @throws where Redis does not answer at the start. */
export async function redisFanOut(url: string, { clock, log }: { clock: Clock; log: Log }): Promise<FanOut> {
  return new ProcessFanOut({ channels: await redisChannels(url, log), self: newId(), clock }).start();
}
