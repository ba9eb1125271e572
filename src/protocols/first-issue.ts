import type { z } from 'zod'

/**
 * Makes a schema stop at the first value that does not fit, which is the one that clients are told: a list of wrong values
 * would cost a complaint for each of them, with its path and its words. zod has it for its `validate`, which gives no values.
 */
export const TO_FIRST_ISSUE = { abortEarly: true } as z.core.ParseContext<z.core.$ZodIssue>
