using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking.Following;

/// <summary>A net for every rule, with the sets of channels that can be taken out of it, by the names of the layers.</summary>
internal static class OperatorNets
{
    public static readonly Dictionary<string, (Func<SmallNet> Net, string Sets)> All = new()
    {
        ["elementwise"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Relu", ["a"], "b").Node("Sigmoid", ["b"], "c")
            .Node("Mul", ["b", "c"], "d").Node("Tanh", ["d"], "e")
            .Node("HardSwish", ["e"], "f").Conv("g", "f", 8, 4).Classify("g", 4), "a.w; g.w"),
        ["gelu in pieces"] =
            (() => new SmallNet().Rows(6).Linear("a", "x", 6, 12).Constant("root", [1.414f]).Node("Div", ["a", "root"], "b")
            .Node("Erf", ["b"], "c").Constant("one", [1f]).Node("Add", ["c", "one"], "d")
            .Node("Mul", ["a", "d"], "e").Constant("half", [0.5f], 1, 1).Node("Mul", ["e", "half"], "f").Linear("g", "f", 12, 3)
                .Output("g", "n", 3), "a.w"),
        ["per-channel constants"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Weight("slope", 8, 1, 1).Node("PRelu", ["a", "slope"], "b")
            .Weight("scale", 1, 8, 1, 1)
            .Node("Mul", ["scale", "b"], "c").Weight("shift", 8, 1, 1).Node("Add", ["c", "shift"], "d").Classify("d", 8), "a.w"),
        ["batch normalisation"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Weight("gamma", 8).Weight("beta", 8).Weight("mean", 8).Positive("var", 8)
            .Node("BatchNormalization", ["a", "gamma", "beta", "mean", "var"], "b").Node("Relu", ["b"], "c").Classify("c", 8), "a.w"),
        ["instance normalisation"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Weight("gamma", 8).Weight("beta", 8)
            .Node("InstanceNormalization", ["a", "gamma", "beta"], "b")
            .Node("Relu", ["b"], "c").Classify("c", 8), "a.w"),
        ["residual"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Relu", ["a"], "b").Conv("c", "b", 8, 6).Node("Relu", ["c"], "d")
            .Conv("e", "d", 6, 8).Node("Add", ["b", "e"], "f").Classify("f", 8), "a.w+e.w; c.w"),
        ["gate"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("GlobalAveragePool", ["a"], "s").Conv("t", "s", 8, 4, kernel: 1)
            .Node("Relu", ["t"], "u").Conv("v", "u", 4, 8, kernel: 1)
            .Node("HardSigmoid", ["v"], "w").Node("Mul", ["a", "w"], "y").Classify("y", 8), "a.w+v.w; t.w"),
        ["concat"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 5).Conv("b", "x", 3, 7)
            .Node("Concat", ["a", "x", "b"], "c", Attribute("axis", 1)).Conv("d", "c", 15, 6).Classify("d", 6), "a.w; b.w; d.w"),
        ["concat and add"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 5).Conv("b", "x", 3, 7).Node("Concat", ["a", "b"], "c", Attribute("axis", -3))
            .Conv("d", "x", 3, 12).Node("Add", ["c", "d"], "e").Classify("e", 12), "a.w+d.w; b.w+d.w"),
        ["depthwise"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Conv("b", "a", 8, 8, group: 8).Node("Relu", ["b"], "c")
            .Conv("d", "c", 8, 16, group: 8).Conv("e", "d", 16, 4, kernel: 1).Classify("e", 4), "a.w+b.w+d.w; d.w; e.w"),
        ["flatten"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8)
            .Node("MaxPool", ["a"], "b", Attribute("kernel_shape", 2, 2), Attribute("strides", 2, 2)).Node("Flatten", ["b"], "c")
            .Linear("d", "c", 72, 10)
            .Node("Relu", ["d"], "e").Linear("f", "e", 10, 3).Output("f", "n", 3), "a.w; d.w"),
        ["reshape by constant"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("shape", -1, 288).Node("Reshape", ["a", "shape"], "b")
            .Linear("c", "b", 288, 3).Output("c", "n", 3), "a.w"),
        ["reshape and back"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("shape", 0, 0, 36).Node("Reshape", ["a", "shape"], "b")
            .Integers("back", 0, 8, 6, 6).Node("Reshape", ["b", "back"], "c").Classify("c", 8), "a.w"),
        ["reshape by the shape of another"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Shape", ["x"], "s").Integers("zero", 0)
            .Node("Gather", ["s", "zero"], "n", Attribute("axis", 0)).Integers("rest", -1)
            .Node("Concat", ["n", "rest"], "shape", Attribute("axis", 0)).Node("Reshape", ["a", "shape"], "b").Linear("c", "b", 288, 3)
                .Output("c", "n", 3), "a.w"),
        ["transpose and matmul"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Transpose", ["a"], "b", Attribute("perm", 0, 2, 3, 1))
            .Weight("w", 8, 10).Node("MatMul", ["b", "w"], "c").Weight("bias", 10)
            .Node("Add", ["bias", "c"], "d").Node("Relu", ["d"], "e").Weight("v", 10, 4).Node("MatMul", ["e", "v"], "f")
                .Output("f", "n", 6, 6, 4), "a.w; w"),
        ["left operand"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("shape", 0, 8, 36).Node("Reshape", ["a", "shape"], "b")
            .Weight("w", 5, 8).Node("MatMul", ["w", "b"], "c").Output("c", "n", 5, 36), "a.w"),
        ["gemm without transposition"] =
            (() => new SmallNet().Rows(7).Weight("a.w", 7, 12).Weight("a.b", 12).Node("Gemm", ["x", "a.w", "a.b"], "a")
            .Node("Relu", ["a"], "b").Weight("c.w", 12, 9).Node("Gemm", ["b", "c.w"], "c")
            .Node("Relu", ["c"], "d").Linear("e", "d", 9, 4).Output("e", "n", 4), "a.w; c.w"),
        ["squeeze and means"] =
            (() => new SmallNet(opset: 13).Picture().Conv("a", "x", 3, 8)
            .Node("ReduceMean", ["a"], "b", Attribute("axes", 2, 3), Attribute("keepdims", 1)).Integers("axes", 2, 3)
            .Node("Squeeze", ["b", "axes"], "c")
            .Integers("two", 2).Node("Unsqueeze", ["c", "two"], "d")
                .Node("ReduceMean", ["d"], "e", [.. new[] { Attribute("axes", [2L]), Attribute("keepdims", 0L) }]).Linear("f", "e", 8, 3)
                .Output("f", "n", 3), "a.w"),
        ["resize and pad"] =
            (() => new SmallNet(opset: 13).Picture().Conv("a", "x", 3, 8).Constant("scales", [1, 1, 2, 2], 4)
            .Node("Resize", ["a", "", "scales"], "b")
            .Integers("pads", 0, 0, 1, 1, 0, 0, 1, 1).Node("Pad", ["b", "pads"], "c").Conv("d", "c", 8, 5).Classify("d", 5), "a.w; d.w"),
        ["transposed convolution"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Weight("t.w", 8, 6, 2, 2).Weight("t.b", 6)
            .Node("ConvTranspose", ["a", "t.w", "t.b"], "t", Attribute("strides", 2, 2)).Node("Relu", ["t"], "u")
            .Conv("v", "u", 6, 4).Classify("v", 4), "a.w; t.w; v.w"),
        ["shared weight"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Weight("w", 8, 8, 3, 3)
            .Node("Conv", ["a", "w"], "b", Attribute("pads", 1, 1, 1, 1)).Node("Relu", ["b"], "c")
            .Node("Conv", ["c", "w"], "d", Attribute("pads", 1, 1, 1, 1))
            .Classify("d", 8), "a.w+w+w"),
        ["one-dimensional convolution"] =
            (() => new SmallNet().Sequence(3, 20).Weight("a.w", 8, 3, 5).Node("Conv", ["x", "a.w"], "a").Node("Softplus", ["a"], "b")
            .Weight("c.w", 4, 8, 3).Node("Conv", ["b", "c.w"], "c")
            .Node("GlobalMaxPool", ["c"], "d").Node("Flatten", ["d"], "e").Linear("f", "e", 4, 3).Output("f", "n", 3), "a.w; c.w"),
        ["softmax over space"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Softmax", ["a"], "b", Attribute("axis", 3)).Classify("b", 8), "a.w"),
        ["slice and gather of space"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("from", 1).Integers("to", 5).Integers("along", 2)
            .Node("Slice", ["a", "from", "to", "along"], "b").Integers("which", 0, 2)
            .Node("Gather", ["b", "which"], "c", Attribute("axis", 3)).Classify("c", 8), "a.w"),
        ["grouped convolution"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Relu", ["a"], "r").Conv("b", "r", 8, 12, group: 4)
            .Node("Relu", ["b"], "c").Classify("c", 12), "a.w+b.w; a.w; b.w"),
        ["channel shuffle"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("split", 0, 2, 4, 6, 6).Node("Reshape", ["a", "split"], "c")
            .Node("Transpose", ["c"], "t", Attribute("perm", 0, 2, 1, 3, 4)).Integers("back", 0, 8, 6, 6)
            .Node("Reshape", ["t", "back"], "b").Classify("b", 8), "a.w; a.w"),
        ["slice of channels"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 8).Integers("from", 2).Integers("to", 7).Integers("along", 1)
            .Node("Slice", ["a", "from", "to", "along"], "c").Classify("c", 5), "a.w; a.w"),
        ["split in parts"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 9).Integers("sizes", 4, 5)
            .Parts("a", "sizes", ["b", "c"]).Conv("d", "b", 4, 5).Node("Add", ["c", "d"], "e")
            .Classify("e", 5), "a.w; a.w+d.w"),
        ["gather of channels"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 6).Integers("order", 5, 0, 3, 1, 4, 2)
            .Node("Gather", ["a", "order"], "b", Attribute("axis", 1)).Classify("b", 6), "a.w"),
        ["depth to space"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 16).Node("DepthToSpace", ["a"], "b", Attribute("blocksize", 2L))
            .Conv("c", "b", 4, 5).Node("SpaceToDepth", ["c"], "d", Attribute("blocksize", 2L)).Conv("e", "d", 20, 4).Classify("e", 4),
            "a.w; c.w; e.w"),
        ["tile"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 6).Integers("times", 1, 2, 1, 1).Node("Tile", ["a", "times"], "b")
            .Conv("c", "b", 12, 4).Classify("c", 4), "a.w; c.w"),
        ["pad of channels"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 6).Integers("pads", 0, 1, 0, 0, 0, 2, 0, 0)
            .Node("Pad", ["a", "pads"], "b").Conv("c", "b", 9, 4).Classify("c", 4), "a.w; c.w"),
        ["lstm"] =
            (() => new SmallNet().Weight("p", 1, 24).Recurrent("LSTM", 4, 8, ["", "", "", "p"], ["h"])
            .Integers("one", 1).Node("Squeeze", ["h", "one"], "s").Weight("o", 8, 4).Node("MatMul", ["s", "o"], "y").Output("y", "n", 3, 4),
            "w+r"),
        ["lstm that begins with zeros of a shape"] =
            (() => new SmallNet().Integers("shape", 1, 3, 8)
            .Node("ConstantOfShape", ["shape"], "h0").Node("ConstantOfShape", ["shape"], "c0")
            .Recurrent("LSTM", 4, 8, ["", "h0", "c0"], ["", "last"])
            .Integers("zero", 0).Node("Squeeze", ["last", "zero"], "s").Linear("o", "s", 8, 4).Output("o", 3, 4), "w+r"),
        ["gru both ways"] =
            (() => new SmallNet().Recurrent("GRU", 3, 6, [], ["h"], "bidirectional")
            .Node("Transpose", ["h"], "t", Attribute("perm", 0, 2, 1, 3)).Integers("shape", 0, 3, 12).Node("Reshape", ["t", "shape"], "s")
            .Weight("o", 12, 4).Node("MatMul", ["s", "o"], "y").Output("y", "n", 3, 4), "w+r"),
        ["rnn behind a layer"] =
            (() => new SmallNet().Sequence(3, 5).Weight("a", 5, 6).Node("MatMul", ["x", "a"], "xa").Node("Relu", ["xa"], "z")
            .Weight("w", 1, 7, 6).Weight("r", 1, 7, 7).Node("RNN", ["z", "w", "r"], "h", Attribute("hidden_size", 7L))
            .Integers("one", 1).Node("Squeeze", ["h", "one"], "s").Weight("o", 7, 4).Node("MatMul", ["s", "o"], "y").Output("y", "n", 3, 4),
            "a; w+r"),
        ["group normalisation"] =
            (() => new SmallNet(opset: 21).Picture().Conv("a", "x", 3, 12).Weight("scale", 12).Weight("shift", 12)
            .Node("GroupNormalization", ["a", "scale", "shift"], "b", Attribute("num_groups", 4L)).Classify("b", 12), "a.w"),
        ["group normalisation in pieces"] =
            (() => new SmallNet().Picture().Conv("a", "x", 3, 12).Integers("groups", 0, 4, -1).Node("Reshape", ["a", "groups"], "g")
            .Weight("ones", 4).Weight("zeros", 4).Node("InstanceNormalization", ["g", "ones", "zeros"], "h").Node("Shape", ["a"], "shape")
            .Node("Reshape", ["h", "shape"], "b").Weight("scale", 12, 1, 1).Node("Mul", ["b", "scale"], "c").Classify("c", 12), "a.w"),
        ["attention of several heads in one node"] =
            (() => new SmallNet().Projected(16, 16, 12).Weight("bias", 44)
            .Node("MultiHeadAttention", ["xq", "xk", "xv", "bias"], ["m"], "com.microsoft", Attribute("num_heads", 4L)).Written("m", 12),
            "q+k+v; v"),
        ["attention with a scale of its own"] =
            (() => new SmallNet().Projected(12, 12, 12).Weight("added", 1, 3, 5, 5)
            .Node("MultiHeadAttention", ["xq", "xk", "xv", "", "", "added"], ["m"], "com.microsoft", Attribute("num_heads", 3L),
                Attribute("scale", 0.5f)).Written("m", 12), "q+k+v; q+k; v"),
        ["attention by one weight"] =
            (() => new SmallNet().Sequence(5, 6).Weight("w", 6, 36).Weight("b", 36)
            .Node("Attention", ["x", "w", "b"], ["m"], "com.microsoft", Attribute("num_heads", 3L)).Written("m", 12), "w"),
        ["attention by one weight in parts of their own"] =
            (() => new SmallNet().Sequence(5, 6).Weight("w", 6, 30).Weight("b", 30)
            .Node("Attention", ["x", "w", "b"], ["m"], "com.microsoft", Attribute("num_heads", 3L),
                Attribute("qkv_hidden_sizes", 12, 12, 6))
            .Written("m", 6), "w; w"),
        ["grouped queries"] =
            (() => new SmallNet(opset: 23).Projected(16, 8, 8)
            .Node("Attention", ["xq", "xk", "xv"], "m", Attribute("q_num_heads", 4L), Attribute("kv_num_heads", 2L)).Written("m", 16),
            "q+k+v; q; v"),
        ["attention of four axes"] =
            (() => new SmallNet(opset: 23).Projected(12, 12, 12)
            .Integers("qs", 0, 5, 3, 4).Integers("ks", 0, 5, 3, 4).Integers("vs", 0, 5, 3, 4).Integers("os", 0, 5, 12)
            .Node("Reshape", ["xq", "qs"], "q4").Node("Reshape", ["xk", "ks"], "k4").Node("Reshape", ["xv", "vs"], "v4")
            .Node("Transpose", ["q4"], "qt", Attribute("perm", 0, 2, 1, 3)).Node("Transpose", ["k4"], "kt", Attribute("perm", 0, 2, 1, 3))
            .Node("Transpose", ["v4"], "vt", Attribute("perm", 0, 2, 1, 3))
            .Node("Attention", ["qt", "kt", "vt"], "a", Attribute("scale", 0.5f))
            .Node("Transpose", ["a"], "at", Attribute("perm", 0, 2, 1, 3)).Node("Reshape", ["at", "os"], "m").Written("m", 12),
            "q+k+v; q+k; v"),
        ["heads of one product"] =
            (() => new SmallNet().Sequence(5, 6).Weight("q1", 6, 36).Weight("b", 36)
            .Node("MatMul", ["x", "q1"], "m").Node("Add", ["m", "b"], "a").Integers("split", 0, 5, 3, 3, 4)
            .Node("Reshape", ["a", "split"], "s").Node("Transpose", ["s"], "t", Attribute("perm", 2, 0, 3, 1, 4))
            .Scalar("i0", 0).Scalar("i1", 1).Scalar("i2", 2).Node("Gather", ["t", "i0"], "qt", Attribute("axis", 0L))
            .Node("Gather", ["t", "i1"], "kt", Attribute("axis", 0L)).Node("Gather", ["t", "i2"], "vt", Attribute("axis", 0L))
            .Node("Transpose", ["kt"], "kk", Attribute("perm", 0, 1, 3, 2)).Node("MatMul", ["qt", "kk"], "qk")
            .Node("Softmax", ["qk"], "p", Attribute("axis", 3)).Node("MatMul", ["p", "vt"], "pv")
            .Node("Transpose", ["pv"], "pt", Attribute("perm", 0, 2, 1, 3)).Integers("os", 0, 5, 12).Node("Reshape", ["pt", "os"], "merged")
            .Written("merged", 12), "q1; q1"),
        ["heads of parts of one product"] =
            (() => new SmallNet().Sequence(5, 6).Weight("q2", 6, 36).Node("MatMul", ["x", "q2"], "m").Integers("sizes", 12, 12, 12)
            .Node("Split", ["m", "sizes"], ["xq", "xk", "xv"], "", Attribute("axis", 2L)).HeadsOf(3, 4).Written("merged", 12),
            "q2; q2; q2"),
        ["grouped queries in pieces"] =
            (() => new SmallNet().Projected(24, 12, 12).Integers("qs", 0, 5, 6, 4).Integers("ks", 0, 5, 3, 4).Integers("vs", 0, 5, 3, 4)
            .Node("Reshape", ["xq", "qs"], "q4").Node("Reshape", ["xk", "ks"], "k4").Node("Reshape", ["xv", "vs"], "v4")
            .Node("Transpose", ["q4"], "qt", Attribute("perm", 0, 2, 1, 3)).Node("Transpose", ["k4"], "kt", Attribute("perm", 0, 2, 1, 3))
            .Node("Transpose", ["v4"], "vt", Attribute("perm", 0, 2, 1, 3)).Integers("two", 2)
            .Node("Unsqueeze", ["kt", "two"], "ku").Node("Unsqueeze", ["vt", "two"], "vu")
            .Integers("ke", 1, 3, 2, 5, 4).Integers("ve", 1, 3, 2, 5, 4)
            .Node("Expand", ["ku", "ke"], "kx").Node("Expand", ["vu", "ve"], "vx")
            .Integers("kr", 0, 6, 5, 4).Integers("vr", 0, 6, 5, 4).Node("Reshape", ["kx", "kr"], "kh").Node("Reshape", ["vx", "vr"], "vh")
            .Node("Transpose", ["kh"], "kk", Attribute("perm", 0, 1, 3, 2)).Node("MatMul", ["qt", "kk"], "qk")
            .Node("Softmax", ["qk"], "p", Attribute("axis", 3)).Node("MatMul", ["p", "vh"], "pv")
            .Node("Transpose", ["pv"], "pt", Attribute("perm", 0, 2, 1, 3)).Integers("os", 0, 5, 24).Node("Reshape", ["pt", "os"], "merged")
            .Written("merged", 24), "q+k+v; q+k; v"),
        ["heads"] =
            (() => new SmallNet().Sequence(5, 6).Weight("q", 6, 12).Weight("k", 6, 12).Weight("v", 6, 12).Weight("o", 12, 4)
            .Integers("qs", 0, 5, 3, 4).Integers("ks", 0, 5, 3, 4).Integers("vs", 0, 5, 3, 4).Integers("os", 0, 5, 12)
            .Node("MatMul", ["x", "q"], "xq").Node("MatMul", ["x", "k"], "xk").Node("MatMul", ["x", "v"], "xv")
            .Node("Reshape", ["xq", "qs"], "q4").Node("Reshape", ["xk", "ks"], "k4").Node("Reshape", ["xv", "vs"], "v4")
            .Node("Transpose", ["q4"], "qt", Attribute("perm", 0, 2, 1, 3)).Node("Transpose", ["k4"], "kt", Attribute("perm", 0, 2, 3, 1))
            .Node("Transpose", ["v4"], "vt", Attribute("perm", 0, 2, 1, 3)).Node("MatMul", ["qt", "kt"], "qk")
            .Node("Softmax", ["qk"], "p", Attribute("axis", 3)).Node("MatMul", ["p", "vt"], "pv")
            .Node("Transpose", ["pv"], "pt", Attribute("perm", 0, 2, 1, 3)).Node("Reshape", ["pt", "os"], "merged")
            .Node("MatMul", ["merged", "o"], "y").Output("y", "n", 5, 4), "q+k+v; q+k; v"),
    };
}
