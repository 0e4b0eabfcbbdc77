import { client } from './connect.ts';

let page_token = '';
do {
  const page = await client.listPipelines({ status_filter: 'completed', page_size: 50, page_token });
  for (const { pipeline_id, status, accepted_at } of page.pipelines)
    console.log(pipeline_id, status, accepted_at);
  page_token = page.next_page_token;
} while (page_token !== '');
client.close();
