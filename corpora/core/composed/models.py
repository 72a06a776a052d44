"""Ways of writing a network down: each returns the lines that build `v.model` and a way to read its codes."""

from __future__ import annotations

from collections.abc import Callable

from corpora.core.composed.nets import SHAPES, Net, activations, calls, has_weights, layer
from corpora.core.composed.voice import Voice

Lines = list[str]
Reader = Callable[[str], tuple[Lines, str]]


def _from_layer(v: Voice, index: int) -> Reader:
    """Codes by a second model that ends at a layer of the first, as the course teaches."""

    def read(rows: str) -> tuple[Lines, str]:
        made = f"{v.encoder} = {v.klass('Model')}({v.model}.inputs, {v.model}.layers[{index}].output)"
        return [made], f"{v.encoder}.predict({rows})"

    return read


def _from_encoder(v: Voice, name: str | None = None) -> Reader:
    """Codes by an encoder that exists already."""

    def read(rows: str) -> tuple[Lines, str]:
        how = v.choose(
            ".predict({})", ".predict({}, verbose=0)", "({}).numpy()", ".predict({}, batch_size=10)"
        )
        return [], f"{name or v.encoder}{how.format(rows)}"

    return read


def _stack(v: Voice, target: str, expressions: Lines, shape: str | None) -> Lines:
    """A Sequential with its layers in a list."""
    first = [f"    {v.layer('Input')}(shape={shape}),"] if shape else []
    return [f"{target} = {v.klass('Sequential')}([", *first, *[f"    {line}," for line in expressions], "])"]


def sequential(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """A Sequential list."""
    enc, dec = calls(v, net)
    lines = _stack(v, v.model, enc + dec, SHAPES[net.layout])
    return [*lines, f"{v.model}.summary()"], _from_layer(v, len(enc) - 1)


def add(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """A function with `.add`, as in the listing of the document."""
    enc, dec = calls(v, net)
    inner = v.choose("model", "mdl", "s", "seq", "net0")
    body = [
        f"    {inner} = {v.klass('Sequential')}()",
        f"    {inner}.add({v.layer('Input')}({SHAPES[net.layout]}))",
    ]
    body += [f"    {inner}.add({line})" for line in enc] + ["    # decoder"]
    body += [f"    {inner}.add({line})" for line in dec]
    lines = [f"def {v.build}():", *body, f"    return {inner}", "", f"{v.model} = {v.build}()"]
    return lines, _from_layer(v, len(enc) - 1)


def functional(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """The functional interface with an encoder made from the same tensors."""
    enc, dec = calls(v, net)
    lines = [f"{v.inp} = {v.layer('Input')}(shape={SHAPES[net.layout]})"]
    before = v.inp
    for number, line in enumerate(enc + dec):
        name = v.encoded if number == len(enc) - 1 else v.x
        lines.append(f"{name} = {line}({before})")
        before = name
    lines.append(f"{v.model} = {v.klass('Model')}({v.inp}, {before})")
    lines.append(f"{v.encoder} = {v.klass('Model')}({v.inp}, {v.encoded})")
    return lines, _from_encoder(v)


def two_models(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """An encoder and a decoder model, and a third that chains them."""
    enc, dec = calls(v, net)
    code = _code_shape(net)
    lines = _stack(v, v.encoder, enc, SHAPES[net.layout]) + _stack(v, v.decoder, dec, code)
    outer = v.choose("whole_in", "img_input", "entry", "ae_in")
    lines.append(f"{outer} = {v.layer('Input')}({SHAPES[net.layout]})")
    lines.append(f"{v.model} = {v.klass('Model')}({outer}, {v.decoder}({v.encoder}({outer})), name='whole')")
    return lines, _from_encoder(v)


def nested(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """A Sequential of Sequentials."""
    enc, dec = calls(v, net)
    lines = _stack(v, v.encoder, enc, SHAPES[net.layout]) + _stack(v, v.decoder, dec, None)
    lines.append(f"{v.model} = {v.klass('Sequential')}([{v.encoder}, {v.decoder}])")
    return lines, _from_encoder(v)


def subclassed(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """An own class with `call`."""
    enc, dec = calls(v, net)
    part = [v.choose("encoder", "enc", "encode_net", "down"), v.choose("decoder", "dec", "decode_net", "up")]
    lines = [f"class {v.cls}({v.klass('Model')}):", "    def __init__(self):", "        super().__init__()"]
    for name, expressions in zip(part, (enc, dec), strict=True):
        stack = _stack(v, f"self.{name}", expressions, None)
        lines += [f"        {line}" for line in stack]
    arg = v.choose("inputs", "x", "batch", "images")
    lines += ["", f"    def call(self, {arg}):", f"        return self.{part[1]}(self.{part[0]}({arg}))", ""]
    lines.append(f"{v.model} = {v.cls}()")
    return lines, _from_encoder(v, f"{v.model}.{part[0]}")


def own_layers(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """An own class whose layers are called one by one; codes by a method."""
    enc, dec = calls(v, net)
    names = [f"l{number}" for number in range(1, len(enc + dec) + 1)]
    lines = [
        f"class {v.cls}({v.klass('Model')}):",
        "    def __init__(self, **kw):",
        "        super().__init__(**kw)",
    ]
    lines += [f"        self.{name} = {line}" for name, line in zip(names, enc + dec, strict=True)]
    lines += ["", "    def encode(self, t):"] + [f"        t = self.{name}(t)" for name in names[: len(enc)]]
    lines += ["        return t", "", "    def call(self, t):", "        t = self.encode(t)"]
    lines += [f"        t = self.{name}(t)" for name in names[len(enc) :]]
    lines += ["        return t", "", f"{v.model} = {v.cls}(name='ae')"]

    def read(rows: str) -> tuple[Lines, str]:
        return [], f"np.array({v.model}.encode({rows}))"

    return lines, read


def plumbing(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """Activations and batch normalisation as layers of their own."""
    lines = [f"{v.inp} = {v.layer('Input')}({SHAPES[net.layout]})"]
    before = v.inp
    specs, acts = net.encoder + net.decoder, activations(v, net)
    for number, (spec, act) in enumerate(zip(specs, acts, strict=True)):
        name = v.x
        lines.append(f"{name} = {layer(v, spec, None)}({before})")
        before = name
        if has_weights(spec) and number < len(specs) - 1:
            lines.append(f"{name} = {v.layer('BatchNormalization')}()({name})")
            lines.append(f"{name} = {v.layer('Activation')}('{act}')({name})")
        if number == len(net.encoder) - 1:
            lines.append(f"{v.encoded} = {name}")
    lines.append(f"{v.rec}_layer = {v.layer('Activation')}('sigmoid')({before})")
    lines.append(f"{v.model} = {v.klass('Model')}(inputs={v.inp}, outputs={v.rec}_layer)")
    lines.append(f"{v.encoder} = {v.klass('Model')}(inputs={v.inp}, outputs={v.encoded})")
    return lines, _from_encoder(v)


def inside(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """Flatten or Reshape inside, so that the model takes images as they are."""
    enc, dec = calls(v, net)
    if net.encoder[0][0] == "Dense":
        first, last = f"{v.layer('Flatten')}()", f"{v.layer('Reshape')}((28, 28))"
    else:
        first, last = f"{v.layer('Reshape')}((28, 28, 1))", f"{v.layer('Reshape')}((28, 28))"
    lines = _stack(v, v.model, [first, *enc, *dec, last], "(28, 28)")
    return lines, _from_layer(v, len(enc))


def by_loop(v: Voice, net: Net) -> tuple[Lines, Reader]:
    """Layers collected in a list, or made in a loop over widths."""
    if net.encoder[0][0] != "Dense":
        enc, dec = calls(v, net)
        lines = [f"{v.x} = {v.inp} = {v.layer('Input')}({SHAPES[net.layout]})", "stages = ["]
        lines += [f"    {line}," for line in enc + dec] + ["]", "tensors = []", "for stage in stages:"]
        lines += [f"    {v.x} = stage({v.x})", f"    tensors.append({v.x})"]
        lines.append(f"{v.model} = {v.klass('Model')}({v.inp}, {v.x})")
    else:
        widths = [str(size) for _, size in net.encoder + net.decoder][:-1]
        lines = [f"{v.inp} = {v.layer('Input')}({SHAPES[net.layout]})", f"{v.x} = {v.inp}", "tensors = []"]
        lines += [f"for width in [{', '.join(widths)}]:"]
        lines += [
            f"    {v.x} = {v.layer('Dense')}(width, activation='{v.act}')({v.x})",
            f"    tensors.append({v.x})",
        ]
        lines.append(f"{v.x} = {v.layer('Dense')}(784, activation='sigmoid')({v.x})")
        lines.append(f"{v.model} = {v.klass('Model')}({v.inp}, {v.x})")

    def read(rows: str) -> tuple[Lines, str]:
        made = f"{v.encoder} = {v.klass('Model')}({v.inp}, tensors[{len(net.encoder) - 1}])"
        return [made], f"{v.encoder}.predict({rows})"

    return lines, read


def _code_shape(net: Net) -> str:
    """The shape of a code, as the input shape of a decoder."""
    if net.encoder[0][0] == "Dense":
        return f"({net.encoder[-1][1]},)"
    side, maps = 28, 1
    for name, size in net.encoder:
        if name == "MaxPooling2D":
            side //= 2
        else:
            maps = size
    return f"({side}, {side}, {maps})"


MODELS: dict[str, Callable[[Voice, Net], tuple[Lines, Reader]]] = {
    "sequential": sequential,
    "add": add,
    "functional": functional,
    "two-models": two_models,
    "nested": nested,
    "subclassed": subclassed,
    "own-layers": own_layers,
    "plumbing": plumbing,
    "inside": inside,
    "by-loop": by_loop,
}
