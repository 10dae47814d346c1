/** Bytes of one update, and of one websocket frame. */
export const maxUpdateBytes = 4 * 1024 * 1024;
/** Levels of nodes in a document, and of values in an attribute: deeper ones overflow the stack of whoever reads them. */
export const maxDepth = 100;
/** Runs that are looked at for one update, to tell whether its structs can have been where they say. */
export const maxRunsLookedAt = 20_000;
/** Bytes of one awareness state: a name, a cursor. */
export const maxAwarenessBytes = 4 * 1024;
/** Bytes of updates in one log record; what is more goes into the next. MongoDB takes 16 MB. */
export const maxRecordBytes = 8 * 1024 * 1024;
/** Bytes of updates that may wait for the log before a connection is read no further. */
export const maxUndurableBytes = 4 * 1024 * 1024;
/** Bytes of frames that may wait in a connection before it is read no further. */
export const maxQueuedBytes = 1024 * 1024;
/** Bytes that may wait to be sent to a slow peer before it gets no more changes one by one. */
export const slowBytes = 1024 * 1024;
/** How long it may then take until all of it has left. */
export const slowMs = 30_000;
/** Bytes that may wait to be sent to a slow peer before it is told to come back later. */
export const maxUnsentBytes = 8 * 1024 * 1024;
/** Bytes of updates that one write of the log takes from all documents, if they are not all of one. */
export const maxFlushBytes = 8 * 1024 * 1024;
/** How long the log waits at most from the beginning of one write to that of the next, so that more share it: a frame of a screen. */
export const maxPaceMs = 16;
/** How long a write of the log may take; then those in it are told to come back, and bring it again. */
export const maxAppendMs = 30_000;
/** Bytes of changes that wait for a peer while its answer to step 1 is made; what is more is read from the log. */
export const maxMissedBytes = 1024 * 1024;
/** Records that are read at once to catch up with the log. */
export const catchUpRecords = 500;
/** Bytes of content in memory for all documents together, beyond what is being used. */
export const maxContentBytes = 8 * 1024 * 1024;
/** Bytes of updates that wait in memory to be put into a state that is there; beyond, the document is read anew. */
export const maxTailBytes = 8 * 1024 * 1024;
/** How long content stays in memory after somebody last read or wrote: until it was followed, and who reloads is back. */
export const contentRestMs = 4000;
/** Content that is too much to be computed with on the event loop, where it would take more than a few milliseconds. */
export const largeBytes = 64 * 1024;
/** How long an answer about rights may be used after it was asked for. */
export const leaseMs = 2000;
/** The next is asked for ahead of time, so that who types does not wait for it. */
export const renewMs = 1000;
/** Client ids remembered as somebody's while a room is open. */
export const maxKnownClients = 5000;
/** Documents that one person may have open over HTTP: each holds a request, and a lost one stays for a while. */
export const maxPollingSessions = 50;
/** Characters of one HTTP request that brings frames: base64 makes four of three bytes. */
export const maxPostLength = Math.ceil(maxUpdateBytes / 3) * 4 + 64 * 1024;
/** Packets in one such request: taking it apart must not stop the others. */
export const maxPostPackets = 16_384;
/** Log records, or bytes of updates, since the last snapshot that are worth a new one. */
export const snapshotRecords = 256;
export const snapshotBytes = 64 * 1024;
/** Bytes of a snapshot that is written at all: it must fit into one record, and is only a shortcut. */
export const maxSnapshotBytes = 15 * 1024 * 1024;
/** Records after which those before a snapshot are worth being rewritten more densely. */
export const compactEvery = 512;
/** Bytes of updates in a record that is told to other processes as it is; what is more they read from the log. */
export const maxTravellingBytes = 256 * 1024;
