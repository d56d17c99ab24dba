"""Trains a model on what corpus.mjs made: python3 tools/tiny-model/train.py --help

Needs PyTorch 1.13 or later and NumPy. One process keeps one core busy; with torchrun, or RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT
set, several processes share a model. Llama with tied embeddings; weights carry GGUF's tensor names.
"""

import argparse
import json
import math
import os
import struct
import time

import numpy as np
import torch
import torch.distributed as group
import torch.nn.functional as F

# width, layers, heads, key-value heads, feed-forward width
SHAPES = {"general": (192, 5, 6, 2, 512), "math": (128, 4, 4, 2, 384), "weak": (96, 3, 3, 1, 256)}
VOCABULARY = 1024
NORM_EPSILON = 1e-5
ROPE_BASE = 10000.0
# answers count fully, everything else a little: it makes prompts easier to read
PROMPT_WEIGHT = 0.03
# the share of the run with a full learning rate, and its least part at the end
FLAT_SHARE = 0.4
WARM_UP_STEPS = 40
# of Muon, for matrices of a model that begins from nothing
MUON_RATE = 0.02
# processes that share a model meet this often: seldom enough not to wait for one another, often enough to stay close
STEPS_APART = 16
SAVE_EVERY_S = 60

DTYPES = {"F32": np.float32, "U32": np.uint32, "U16": np.uint16, "U8": np.uint8}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(body[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(np.ascontiguousarray(value, np.float32).tobytes())
    os.replace(path + ".part", path)


class Llama:
    """The forward pass over a dictionary of tensors; heads turn interleaved pairs, so that llama.cpp needs no permutation."""

    def __init__(self, shape, context):
        self.width, self.layers, self.heads, self.kv_heads, self.hidden = shape
        head = self.width // self.heads
        frequencies = 1.0 / ROPE_BASE ** (torch.arange(0, head, 2).float() / head)
        angles = torch.arange(context).float()[:, None] * frequencies[None]
        self.cos, self.sin = angles.cos(), angles.sin()
        self.mask = torch.full((context, context), float("-inf")).triu(1)

    def new_weights(self):
        width, hidden, key_width = self.width, self.hidden, self.width // self.heads * self.kv_heads
        scale = 0.03 * (192 / width) ** 0.5
        out_scale = scale / math.sqrt(2 * self.layers)
        weights = {"token_embd.weight": torch.randn(VOCABULARY, width) * 0.02, "output_norm.weight": torch.ones(width)}
        for i in range(self.layers):
            block = f"blk.{i}."
            weights[block + "attn_norm.weight"] = torch.ones(width)
            weights[block + "attn_q.weight"] = torch.randn(width, width) * scale
            weights[block + "attn_k.weight"] = torch.randn(key_width, width) * scale
            weights[block + "attn_v.weight"] = torch.randn(key_width, width) * scale
            weights[block + "attn_output.weight"] = torch.randn(width, width) * out_scale
            weights[block + "ffn_norm.weight"] = torch.ones(width)
            weights[block + "ffn_gate.weight"] = torch.randn(hidden, width) * scale
            weights[block + "ffn_up.weight"] = torch.randn(hidden, width) * scale
            weights[block + "ffn_down.weight"] = torch.randn(width, hidden) * out_scale
        return weights

    def logits(self, weights, ids):
        x = F.embedding(ids, weights["token_embd.weight"])
        for i in range(self.layers):
            block = {name: weights[f"blk.{i}.{name}.weight"] for name in BLOCK}
            x = x + self.attention(block, norm(x, block["attn_norm"]))
            y = norm(x, block["ffn_norm"])
            x = x + F.linear(F.silu(F.linear(y, block["ffn_gate"])) * F.linear(y, block["ffn_up"]), block["ffn_down"])
        return F.linear(norm(x, weights["output_norm.weight"]), weights["token_embd.weight"])

    def attention(self, block, x):
        count, length, _ = x.shape
        head = self.width // self.heads

        def heads(name, number):
            return F.linear(x, block[name]).view(count, length, number, head).transpose(1, 2)

        q, k = self.turn(heads("attn_q", self.heads)), self.turn(heads("attn_k", self.kv_heads))
        v = heads("attn_v", self.kv_heads)
        repeats = self.heads // self.kv_heads
        k, v = k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1)
        scores = q @ k.transpose(-1, -2) / math.sqrt(head) + self.mask[:length, :length]
        mixed = scores.softmax(-1) @ v
        return F.linear(mixed.transpose(1, 2).reshape(count, length, self.width), block["attn_output"])

    def turn(self, x):
        length = x.shape[2]
        cos, sin = self.cos[:length], self.sin[:length]
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


BLOCK = ["attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down"]


def norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPSILON) * weight


class Muon:
    """Momentum whose steps are made orthogonal by five Newton-Schulz iterations; for matrices."""

    def __init__(self, weights, rate):
        self.weights, self.rate = weights, rate
        self.momenta = [torch.zeros_like(weight) for weight in weights]

    @torch.no_grad()
    def step(self, share):
        for weight, momentum in zip(self.weights, self.momenta):
            momentum.mul_(0.95).add_(weight.grad)
            step = weight.grad.add(momentum, alpha=0.95)
            tall = step.shape[0] > step.shape[1]
            x = step.T if tall else step
            x = x / (x.norm() + 1e-7)
            for _ in range(5):
                a = x @ x.T
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
            x = x.T if tall else x
            stretch = max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5
            weight.mul_(1 - self.rate * share * 0.02).add_(x, alpha=-self.rate * share * stretch)


def batches(data, length, tokens, rng):
    """Documents in random order, one after the other, cut into rows; without end."""
    ids, is_answer, starts = data["ids"].astype(np.int64), data["is_answer"].astype(np.float32), data["starts"]
    rows = max(1, tokens // length)
    order, at = rng.permutation(len(starts) - 1), 0
    while True:
        batch = np.zeros((rows, length + 1), np.int64)
        marks = np.zeros((rows, length + 1), np.float32)
        for row in range(rows):
            filled = 0
            while filled <= length:
                if at == len(order):
                    order, at = rng.permutation(len(starts) - 1), 0
                start, end = int(starts[order[at]]), int(starts[order[at] + 1])
                at += 1
                taken = min(end - start, length + 1 - filled)
                batch[row, filled : filled + taken] = ids[start : start + taken]
                marks[row, filled : filled + taken] = is_answer[start : start + taken]
                filled += taken
        yield torch.from_numpy(batch), torch.from_numpy(marks)


def rate_share(done, step):
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (1.0 if done < FLAT_SHARE else max(0.02, (1 - done) / (1 - FLAT_SHARE)))


def train(options):
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1:
        group.init_process_group("gloo", rank=rank, world_size=world)
    model = Llama(SHAPES[options.shape], options.length)
    weights = model.new_weights()
    if options.init:
        weights = {name: torch.from_numpy(value.copy()) for name, value in read_safetensors(options.init).items()}
    for weight in weights.values():
        weight.requires_grad_(True)
    # orthogonal steps pay when learning from nothing; going on from weights, they cost as much as a batch and gain little
    is_muon = lambda name, weight: not options.init and weight.ndim == 2 and name != "token_embd.weight"
    muon = Muon([w for name, w in weights.items() if is_muon(name, w)], MUON_RATE)
    others = [w for name, w in weights.items() if not is_muon(name, w)]
    adam = torch.optim.AdamW(others, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0)
    source = batches(read_safetensors(options.data), options.length, options.batch, np.random.RandomState(options.seed + rank))
    started = saved = time.time()
    seen, step, smooth = 0, 0, None
    while True:
        done = max(seen / options.tokens, (time.time() - started) / (60 * options.minutes))
        if world > 1:
            if step % STEPS_APART == 0:
                average_weights(weights, world)
                agreed = agree(done)
            done = agreed
        if done >= 1:
            break
        ids, marks = next(source)
        logits = model.logits(weights, ids[:, :-1])
        losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        marks = marks[:, 1:].flatten()
        importance = marks * (1 - PROMPT_WEIGHT) + PROMPT_WEIGHT
        ((losses * importance).sum() / importance.sum()).backward()
        share = rate_share(done, step)
        for parameters in adam.param_groups:
            parameters["lr"] = options.rate * share
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        adam.step()
        muon.step(share)
        for weight in weights.values():
            weight.grad = None
        answer_loss = ((losses.detach() * marks).sum() / marks.sum()).item()
        smooth = answer_loss if smooth is None else 0.98 * smooth + 0.02 * answer_loss
        seen, step = seen + ids.shape[0] * options.length * world, step + 1
        if rank == 0 and time.time() - saved > SAVE_EVERY_S:
            saved = time.time()
            report(options, weights, seen, saved - started, smooth, share)
    if rank == 0:
        report(options, weights, seen, time.time() - started, smooth, 0)


def agree(done):
    """The first process's clock counts, so that all stop after the same step."""
    value = torch.tensor([done])
    group.broadcast(value, 0)
    return value.item()


@torch.no_grad()
def average_weights(weights, world):
    flat = torch.cat([weight.flatten() for weight in weights.values()])
    group.all_reduce(flat)
    offset = 0
    for weight in weights.values():
        weight.copy_(flat[offset : offset + weight.numel()].view_as(weight) / world)
        offset += weight.numel()


def report(options, weights, seen, seconds, loss, share):
    speed = seen / seconds
    print(f"{options.out} {seen / 1e6:.2f} M tokens, {seconds:.0f} s, {speed:.0f} tokens/s, answer loss {loss:.4f}, rate {share:.2f}", flush=True)
    write_safetensors(options.out, {name: weight.detach().numpy() for name, weight in weights.items()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Trains one model; writes its weights every minute and at the end.")
    parser.add_argument("data", help="train.safetensors, as corpus.mjs makes it")
    parser.add_argument("out", help="the weights")
    parser.add_argument("--shape", choices=SHAPES, default="general")
    parser.add_argument("--init", help="weights to go on from, as unpack.mjs makes them")
    parser.add_argument("--tokens", type=float, default=6e6, help="ends after so many tokens")
    parser.add_argument("--minutes", type=float, default=600, help="ends after so many minutes, if that is earlier")
    parser.add_argument("--batch", type=int, default=4096, help="tokens in one step")
    parser.add_argument("--length", type=int, default=128, help="tokens in one row")
    parser.add_argument("--rate", type=float, default=0.003, help="of AdamW")
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())
