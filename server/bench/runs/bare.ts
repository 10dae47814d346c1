// The baseline: what comes is inserted as it is into the same kind of store, and answered when it is on disk. No rights, no
// numbers, no order, nobody told. Usage: node bare.ts PORT DATA_DIR
import express from 'express';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database.ts';

const [port = '', dataDir = ''] = process.argv.slice(2);
const config = readConfig({ ...process.env, DATA_DIR: dataDir, WEB: 'none', NODE_ENV: 'test' });
const { connection } = await openDatabase(config);
const batches = connection.collection('bare');
const app = express();
app.use(express.json({ limit: '1mb' }));
app.post('/api/v1/runs/:id/events', async (req, res) => {
  await batches.insertOne({ run: req.params.id, ...req.body });
  res.json({ stored: true });
});
app.listen(Number(port), '127.0.0.1');
