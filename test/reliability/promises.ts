/** What Ottoscaler promises, by number. A test that tries one is tagged with it. */
export const promises = {
  G1: 'No Pod is orphaned or created twice, whenever a process dies',
  G2: 'Each accepted command takes effect once, also when it is sent again after its Pods are gone',
  G3: 'At most one live attempt per pipeline, stage and index',
  G4: 'A restart resumes every pipeline; states of stages never go back',
  G5: 'No log line is lost undetected; what is lost is counted and marked in place',
  G6: 'A Redis event takes effect once; poison never blocks the stream',
  G7: 'Progress is resumable and complete',
  G8: 'A client that disconnects does not cancel',
  G9: "One actor's crash stays local; a crash loop ends the process",
  G10: 'Two leaders can neither duplicate nor wrongly delete',
  G11: 'SIGTERM drains: not ready, new commands refused, what is under way durable; workers go on',
  G12: 'A cancel ends with zero Pods of that run, each confirmed gone',
  G13: 'Capacity is derived, never counted',
} as const;
