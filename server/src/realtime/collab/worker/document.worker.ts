import { serveTasks } from '../../../platform/worker-thread.ts';
import { documentTasks } from './document-tasks.ts';

serveTasks(documentTasks({ documents: 100, bytes: 4 * 1024 * 1024, restMs: 8000 }));
