/** Where Redis is, and how it is entered: as settings say it, for whoever connects. */

export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  /** '' = Redis' default user. */
  readonly username: string;
  /** '' = none. Never logged. */
  readonly password: string;
  readonly database: number;
  readonly tls: boolean;
}

/** Of all settings those that this takes. */
interface PlaceSettings {
  readonly REDIS_HOST: string;
  readonly REDIS_PORT: number;
  readonly REDIS_USERNAME: string;
  readonly REDIS_PASSWORD: string;
  readonly REDIS_DB: number;
  readonly REDIS_TLS: boolean;
}

export function placeOf(settings: PlaceSettings): RedisPlace {
  return {
    host: settings.REDIS_HOST,
    port: settings.REDIS_PORT,
    username: settings.REDIS_USERNAME,
    password: settings.REDIS_PASSWORD,
    database: settings.REDIS_DB,
    tls: settings.REDIS_TLS,
  };
}
