import { serveTasks } from '../../../platform/worker-thread.ts';
import { pastTasks } from './past-tasks.ts';

serveTasks(pastTasks());
