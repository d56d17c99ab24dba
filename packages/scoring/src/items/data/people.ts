export const FIRST_NAMES = ['Tom', 'Anna', 'Ben', 'Lily', 'Max', 'Mia', 'Sam', 'Zoe', 'Leo', 'Nina', 'Oscar', 'Ruby'] as const

export const GOODS = ['apples', 'berries', 'cakes', 'coins', 'hats', 'balls', 'bells', 'maps', 'lamps', 'letters'] as const
