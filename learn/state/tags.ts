/** Type tags of the state codec; a reader that meets another tag than it expects refuses the state. */
export const TAG = { u8: 1, u32: 2, f64: 3, bool: 4, str: 5, f64s: 6, u32s: 7, i32s: 8, bytes: 9 } as const
