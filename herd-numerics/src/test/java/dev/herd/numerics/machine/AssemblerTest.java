package dev.herd.numerics.machine;

import static dev.herd.numerics.machine.Register.R10;
import static dev.herd.numerics.machine.Register.R11;
import static dev.herd.numerics.machine.Register.R12;
import static dev.herd.numerics.machine.Register.R13;
import static dev.herd.numerics.machine.Register.R8;
import static dev.herd.numerics.machine.Register.RAX;
import static dev.herd.numerics.machine.Register.RBP;
import static dev.herd.numerics.machine.Register.RBX;
import static dev.herd.numerics.machine.Register.RCX;
import static dev.herd.numerics.machine.Register.RDI;
import static dev.herd.numerics.machine.Register.RDX;
import static dev.herd.numerics.machine.Register.RSI;
import static dev.herd.numerics.machine.Register.RSP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Encodings against the bytes that another assembler writes, except where it prefers a shorter form.
class AssemblerTest {
    @ParameterizedTest
    @MethodSource
    void instructionsAreEncodedAsOtherAssemblersDo(String text, String bytes, Consumer<Assembler> writer) {
        Assembler code = new Assembler();
        writer.accept(code);
        assertThat(HexFormat.of().formatHex(code.bytes())).as(text).isEqualTo(bytes);
    }

    private static Arguments line(String text, String bytes, Consumer<Assembler> writer) {
        return arguments(text, bytes, writer);
    }

    static Stream<Arguments> instructionsAreEncodedAsOtherAssemblersDo() {
        return Stream.of(
                line("vmovdqu32 zmm1, [rsi]", "62f17e486f0e", c -> c.vector(VectorOp.VMOVDQU32, 1, RSI.at(0))),
                line("vmovdqu32 zmm17, [rbp]", "62e17e486f4d00", c -> c.vector(VectorOp.VMOVDQU32, 17, RBP.at(0))),
                line("vmovdqu32 zmm31, [r13+64]", "62417e486f7d01", c -> c.vector(VectorOp.VMOVDQU32, 31, R13.at(64))),
                line(
                        "vmovdqu32 zmm9, [rsp+8128]",
                        "62717e486f4c247f",
                        c -> c.vector(VectorOp.VMOVDQU32, 9, RSP.at(8128))),
                line(
                        "vmovdqu32 zmm9, [r12-8192]",
                        "62517e486f4c2480",
                        c -> c.vector(VectorOp.VMOVDQU32, 9, R12.at(-8192))),
                line(
                        "vmovdqu32 zmm9, [r12+8192]",
                        "62517e486f8c2400200000",
                        c -> c.vector(VectorOp.VMOVDQU32, 9, R12.at(8192))),
                line(
                        "vmovdqu32 [rdi+r8*4+1], zmm30",
                        "62217e487fb48701000000",
                        c -> c.vector(VectorOp.VMOVDQU32_STORE, 30, RDI.at(R8, 4, 1))),
                line("vmovdqu32 zmm20, zmm3", "62e17e486fe3", c -> c.vector(VectorOp.VMOVDQU32, 20, 3)),
                line(
                        "vpbroadcastd zmm12, dword ptr [r10+20]",
                        "62527d48586205",
                        c -> c.vector(VectorOp.VPBROADCASTD, 12, R10.at(20))),
                line(
                        "vbroadcasti32x4 zmm2{k3}, [rax+r8*2+16]",
                        "62b27d4b5a544001",
                        c -> c.masked(VectorOp.VBROADCASTI32X4, 3, 2, RAX.at(R8, 2, 16))),
                line("vpunpckldq zmm12, zmm0, zmm31", "62117d4862e7", c -> c.vector(VectorOp.VPUNPCKLDQ, 12, 0, 31)),
                line("vpunpckhdq zmm28, zmm16, zmm1", "62617d406ae1", c -> c.vector(VectorOp.VPUNPCKHDQ, 28, 16, 1)),
                line("vpunpcklqdq zmm3, zmm15, zmm14", "62d185486cde", c -> c.vector(VectorOp.VPUNPCKLQDQ, 3, 15, 14)),
                line("vpunpckhqdq zmm3, zmm15, zmm14", "62d185486dde", c -> c.vector(VectorOp.VPUNPCKHQDQ, 3, 15, 14)),
                line("vpandd zmm4, zmm5, zmm30", "62915548dbe6", c -> c.vector(VectorOp.VPANDD, 4, 5, 30)),
                line("vpord zmm24{k4}, zmm24, zmm26", "62013d44ebc2", c -> c.masked(VectorOp.VPORD, 4, 24, 24, 26)),
                line("vpxord zmm31, zmm31, zmm31", "62010540efff", c -> c.vector(VectorOp.VPXORD, 31, 31, 31)),
                line("vpaddb zmm4, zmm5, zmm28", "62915548fce4", c -> c.vector(VectorOp.VPADDB, 4, 5, 28)),
                line("vpaddd zmm4, zmm5, zmm28", "62915548fee4", c -> c.vector(VectorOp.VPADDD, 4, 5, 28)),
                line("vpmulld zmm16, zmm16, zmm28", "62827d4040c4", c -> c.vector(VectorOp.VPMULLD, 16, 16, 28)),
                line("vpmaxud zmm1, zmm2, zmm3", "62f26d483fcb", c -> c.vector(VectorOp.VPMAXUD, 1, 2, 3)),
                line("vpshufb zmm4, zmm29, zmm4", "62f2154000e4", c -> c.vector(VectorOp.VPSHUFB, 4, 29, 4)),
                line(
                        "vpdpbusd zmm23, zmm29, dword ptr [r10+44]{1to16}",
                        "62c21550507a0b",
                        c -> c.spread(VectorOp.VPDPBUSD, 23, 29, R10.at(44))),
                line(
                        "vpdpbusd zmm23, zmm29, dword ptr [r10+512]{1to16}",
                        "62c2155050ba00020000",
                        c -> c.spread(VectorOp.VPDPBUSD, 23, 29, R10.at(512))),
                line("vcvtdq2ps zmm20, zmm4", "62e17c485be4", c -> c.vector(VectorOp.VCVTDQ2PS, 20, 4)),
                line(
                        "vmulps zmm27, zmm31, dword ptr [r10+432]{1to16}",
                        "62410450595a6c",
                        c -> c.spread(VectorOp.VMULPS, 27, 31, R10.at(432))),
                line(
                        "vfmadd231ps zmm10, zmm22, zmm27",
                        "62124d40b8d3",
                        c -> c.vector(VectorOp.VFMADD231PS, 10, 22, 27)),
                line(
                        "vfnmadd231ps zmm10, zmm22, dword ptr [rdx+rcx*8]{1to16}",
                        "62724d50bc14ca",
                        c -> c.spread(VectorOp.VFNMADD231PS, 10, 22, RDX.at(RCX, 8, 0))),
                line("vcvtph2ps zmm27, ymm24", "62027d4813d8", c -> c.vector(VectorOp.VCVTPH2PS, 27, 24)),
                line("vpmovzxbd zmm27, xmm11", "62427d4831db", c -> c.vector(VectorOp.VPMOVZXBD, 27, 11)),
                line("vpmovdw ymm8, zmm17", "62c27e4833c8", c -> c.vector(VectorOp.VPMOVDW, 17, 8)),
                line("vpcmpeqd k4, zmm27, zmm25", "6291254076e1", c -> c.vector(VectorOp.VPCMPEQD, 4, 27, 25)),
                line(
                        "vpinsrw xmm24, xmm24, word ptr [r11+rbx+2], 7",
                        "62413d00c4441b0107",
                        c -> c.vector(VectorOp.VPINSRW, 24, 24, R11.at(RBX, 1, 2), 7)),
                line(
                        "vpinsrb xmm27, xmm27, byte ptr [rsi+1], 15",
                        "62632500205e010f",
                        c -> c.vector(VectorOp.VPINSRB, 27, 27, RSI.at(1), 15)),
                line(
                        "vinserti32x4 ymm24, ymm24, xmm25, 1",
                        "62033d2038c101",
                        c -> c.vector(VectorOp.VINSERTI32X4, 24, 24, 25, 1)),
                line("vpsrld zmm4, zmm20, 4", "62b15d4872d404", c -> c.shift(VectorOp.VPSRLD, 4, 20, 4)),
                line("vpslld zmm26, zmm1, 24", "62f12d4072f118", c -> c.shift(VectorOp.VPSLLD, 26, 1, 24)),
                line("vpsrad zmm26, zmm26, 7", "62912d4072e207", c -> c.shift(VectorOp.VPSRAD, 26, 26, 7)),
                line(
                        "vpbroadcastd zmm30, r10d",
                        "62427d487cf2",
                        c -> c.broadcast(VectorOp.VPBROADCASTD_GENERAL, 30, R10)),
                line(
                        "vpbroadcastq zmm29, rax",
                        "6262fd487ce8",
                        c -> c.broadcast(VectorOp.VPBROADCASTQ_GENERAL, 29, RAX)),
                line("kmovw k3, eax", "c5f892d8", c -> c.moveToMask(3, RAX)),
                line("vzeroupper", "c5f877", c -> c.clearUpper()),
                line("prefetcht1 [r12+64]", "410f18542440", c -> c.prefetch(R12.at(64))),
                line("prefetcht1 [rbp+0]", "0f185500", c -> c.prefetch(RBP.at(0))),
                line("mov r10d, 0x01020304", "41ba04030201", c -> c.move(R10, 0x01020304)),
                line("movabs rax, 0x0102030405060708", "48b80807060504030201", c -> c.move(RAX, 0x0102030405060708L)),
                line("mov r13, rdx", "4989d5", c -> c.move(R13, RDX)),
                line("add rsi, r8", "4c01c6", c -> c.add(RSI, R8)),
                line("add r12, 4096", "4981c400100000", c -> c.add(R12, 4096)),
                line("lea r10, [rsi+r8*8]", "4e8d14c6", c -> c.address(R10, RSI.at(R8, 8, 0))),
                line("lea rbx, [r8+r8*2+1]", "4b8d5c4001", c -> c.address(RBX, R8.at(R8, 2, 1))),
                line("push r12", "4154", c -> c.push(R12)),
                line("pop rbx", "5b", c -> c.pop(RBX)),
                line("dec rcx", "48ffc9", c -> c.decrement(RCX)));
    }

    @Test
    void whatCannotBeEncodedIsRefused() {
        assertThatThrownBy(() -> RAX.at(RSP, 1, 0)).hasMessage("RSP cannot be an index");
        assertThatThrownBy(() -> RAX.at(RBX, 3, 0)).hasMessage("an index is scaled by 1, 2, 4 or 8, not by 3");
        assertThatThrownBy(() -> new Assembler().shift(VectorOp.VPADDD, 0, 0, 1))
                .hasMessage("VPADDD is no shift");
    }
}
