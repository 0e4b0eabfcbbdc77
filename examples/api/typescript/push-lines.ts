import { credentials, Metadata } from '@grpc/grpc-js';
import { serviceOf } from './protos.ts';

// In a worker: WORKER_LOG_ENDPOINT of the server makes it set all of these.
const {
  OTTO_LOG_ENDPOINT = '',
  OTTO_WORKER_TOKEN = '',
  OTTO_WORKER_ID = '',
  OTTO_TASK_ID = '',
} = process.env;
const worker = { worker_id: OTTO_WORKER_ID, task_id: OTTO_TASK_ID };

const Client = serviceOf('log_streaming_service.proto', 'LogStreamingService');
const client = new Client(OTTO_LOG_ENDPOINT, credentials.createInsecure());
const metadata = new Metadata();
metadata.set('authorization', `Bearer ${OTTO_WORKER_TOKEN}`);

client['registerWorker']?.(
  worker,
  metadata,
  (error: Error | null, registered: { readonly status: string }) => {
    if (error) throw error;
    console.log('registered:', registered.status);
    const lines = client['streamLogs']?.(metadata);
    lines.on('data', ({ status, sequence }: { readonly status: string; readonly sequence: number }) =>
      console.log(`line ${sequence}:`, status),
    );
    lines.on('end', () => client.close());
    for (const [at, message] of ['compiled', 'linked'].entries()) {
      const stream = `${OTTO_WORKER_ID}/worker~1/stdout`;
      lines.write({
        ...worker,
        source: 'stdout',
        message,
        metadata: { 'otto.seq': String(at + 1), 'otto.stream': stream },
      });
    }
    lines.end();
  },
);
