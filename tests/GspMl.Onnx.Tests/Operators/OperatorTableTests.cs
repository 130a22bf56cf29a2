using GspMl.Onnx.Operators;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Tests.Building;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Tests.Operators;

public sealed class OperatorTableTests
{
    public static TheoryData<string, string> Activations
        => new(OperatorTable.All.Where(op => op.IsActivation).Select(op => (op.Domain, op.Name)));

    [Fact]
    public void Every_operator_is_found_by_its_name_and_by_either_name_of_its_domain()
    {
        Assert.All(OperatorTable.All, op => Assert.Same(op, OperatorTable.Of(op.Domain, op.Name)));
        Assert.Same(OperatorTable.Of("", "Conv"), OperatorTable.Of("ai.onnx", "Conv"));
        Assert.Null(OperatorTable.Of("com.example", "Conv"));
        Assert.Null(OperatorTable.Of("", "FusedConv"));
        Assert.Null(OperatorTable.Of("", "Convolution"));
    }

    [Fact]
    public void Every_operator_has_something_known_of_it()
        => Assert.DoesNotContain(OperatorTable.All, op => op is { Product: null, Channels: null, Shapes: null, Constants: null });

    [Fact]
    public void Every_kind_has_an_operator_and_every_kind_of_flow_a_rule()
    {
        Assert.Equal(Enum.GetValues<ChannelFlowKind>(), FlowRules.Kinds.Order());
        AssertUsed(op => op.Channels);
        AssertUsed(op => op.Shapes);
        AssertUsed(op => op.Constants);
        AssertUsed(op => op.Product?.Kind);
        AssertUsed(op => op.Elementwise);
    }

    private static void AssertUsed<TKind>(Func<Operator, TKind?> kind)
        where TKind : struct, Enum
        => Assert.Equal(Enum.GetValues<TKind>(), OperatorTable.All.Select(kind).OfType<TKind>().Distinct().Order());

    [Fact]
    public void A_fused_form_has_the_operands_of_what_it_fuses()
    {
        var fused = OperatorTable.All.Where(op => op.FusedFormOf is not null).ToList();
        Assert.Equal(["FusedConv", "FusedGemm", "FusedMatMul"], fused.Select(op => op.Name));
        Assert.All(fused, op =>
        {
            Assert.Equal(OperatorDomain.Microsoft, op.Domain);
            Assert.Equal(op.Standard.Product! with { IsRefitted = false }, op.Product! with { Addend = null });
            Assert.Equal(op.Standard.Channels, op.Channels);
        });
    }

    [Fact]
    public void What_works_element_by_element_has_the_channels_of_its_operands()
        => Assert.All(OperatorTable.All, op => Assert.Equal(op.Elementwise is not null, op.Channels == ChannelFlowKind.Broadcast));

    /// <summary>Elements in another order give results in that order, or it would not be element by element.</summary>
    [Theory]
    [MemberData(nameof(Activations))]
    public void Activations_are_functions_of_one_element_on_onnx_runtime(string domain, string name)
    {
        float[] values = [.. Enumerable.Range(1, 37).Select(i => i / 40f)];
        using var session = Session(domain, name, out var inputs);
        Assert.SkipWhen(session is null, "this ONNX Runtime does not have the operator");
        var (forward, backward) = (Run(session!, inputs, values), Run(session!, inputs, [.. values.Reverse()]));
        Assert.All(forward, value => Assert.True(float.IsFinite(value)));
        Assert.All(forward.Zip(backward.Reverse()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static float[] Run(InferenceSession session, int inputs, float[] values)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(values, [values.Length]);
        using var options = new RunOptions();
        using var results = session.Run(options, Enumerable.Range(0, inputs).ToDictionary(i => $"x{i}", _ => value), ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static InferenceSession? Session(string domain, string name, out int inputs)
    {
        for (inputs = 1; inputs <= 2; inputs++)
        {
            var graph = new GraphBuilder(opset: 22).Output("y", "n");
            graph.Model.OpsetImport.Add(new Proto.OperatorSetIdProto { Domain = OperatorDomain.Microsoft, Version = 1 });
            string[] names = [.. Enumerable.Range(0, inputs).Select(i => $"x{i}")];
            foreach (var input in names) graph.Input(input, "n");
            graph.Node(name, names, ["y"]).Graph.Node[0].Domain = domain;
            try { return new InferenceSession(graph.Model.ToByteArray()); }
            catch (OnnxRuntimeException) when (inputs == 1 || name is "Swish")
            {
            }
        }
        return null;
    }
}
