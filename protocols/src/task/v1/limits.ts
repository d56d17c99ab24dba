/** Miners of one assignment: the highest redundancy that anyone pays for, with some to spare. */
export const MAX_ASSIGNED = 8
/** Assignments of one request, one after the other; a task's deadline ends it long before. */
export const MAX_ATTEMPTS = 64
