"""Ship templates, static files and compiled catalogues inside the package; everything else stands in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

BESIDE = ("templates", "static", "locales")


class build(build_py):  # noqa: N801 - the name setuptools looks for
    """Copy the folders that lie beside the package into it, and compile the catalogues."""

    def run(self) -> None:
        super().run()
        for folder in BESIDE:
            for source in sorted(Path(folder).rglob("*")):
                if source.is_file():
                    target = Path(self.build_lib, "fedi", source)
                    self.mkpath(str(target.parent))
                    self.copy_file(str(source), str(target))
        self.compile_catalogues()

    def compile_catalogues(self) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in Path("locales").rglob("*.po"):
            target = Path(self.build_lib, "fedi", po).with_suffix(".mo")
            self.mkpath(str(target.parent))
            with po.open("rb") as source, target.open("wb") as compiled:
                write_mo(compiled, read_po(source))


setup(
    packages=find_packages(include=["fedi", "fedi.*"]),
    package_data={"fedi": ["activitypub/contexts/*", "storage/migrations/*.sql"]},
    cmdclass={"build_py": build},
)
