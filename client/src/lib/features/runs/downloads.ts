import { runEndpoints } from '@cobench/shared/runs/endpoints';

/** Where the whole log of a run is kept as a file. */
export const logFileAddress = (id: string, format: 'text' | 'json'): string =>
  `${runEndpoints.logFile.path.replace(':id', id)}?format=${format}`;

/** Where the measured points are, of one metric or of all. */
export const telemetryFileAddress = (id: string, metric?: string): string => {
  const path = runEndpoints.telemetryFile.path.replace(':id', id);
  return metric === undefined ? path : `${path}?${new URLSearchParams({ metric }).toString()}`;
};
