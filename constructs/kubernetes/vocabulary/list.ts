/** A list of the provider's types, which are also those of tokens, or none. */
export const listOf = <T>(list: unknown): readonly T[] => (list as readonly T[] | undefined) ?? [];
