export const OTTOSCALER = Symbol('Ottoscaler');
