"""Generated art: the sign, banners, avatars, icons and stamps, all from gouge marks and fixed seeds."""
