using GspMl.Onnx.Models;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>
/// Every operator × storage × number type, and every operator × group: pruned, written, loaded, and compared with the reference.
/// </summary>
public sealed class CoverageTests : IDisposable
{
    private static readonly SparsityTarget Half = SparsityTarget.Zeros(0.5);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, StoredAs, Number> Forms()
    {
        var forms = new TheoryData<string, StoredAs, Number>();
        foreach (var op in OperatorCase.All)
            foreach (var stored in Enum.GetValues<StoredAs>())
                foreach (var type in Enum.GetValues<Number>().Where(type => Loads(stored, type))) forms.Add(op.Name, stored, type);
        return forms;
    }

    public static TheoryData<StoredAs, Number> StoredForms()
    {
        var forms = new TheoryData<StoredAs, Number>();
        foreach (var stored in Enum.GetValues<StoredAs>())
            foreach (var type in Enum.GetValues<Number>().Where(type => Loads(stored, type))) forms.Add(stored, type);
        return forms;
    }

    public static TheoryData<string, WeightGroup> Groups()
    {
        var groups = new TheoryData<string, WeightGroup>();
        foreach (var op in OperatorCase.All)
            foreach (var group in Enum.GetValues<WeightGroup>()) groups.Add(op.Name, group);
        return groups;
    }

    /// <summary>
    /// ONNX Runtime 1.29 ends the process when it optimises a Cast of a half-precision initializer that is a graph input, in the dense
    /// model too.
    /// </summary>
    private static bool Loads(StoredAs stored, Number type) => (stored, type) != (StoredAs.RawAndGraphInput, Number.Float16);

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_pruned_model_computes_what_the_reference_does(string name, StoredAs stored, Number type)
    {
        var op = OperatorCase.All.Single(o => o.Name == name);
        var weight = Random(op, type);
        var path = Model(op, weight, stored, type);

        Prune(path, new() { Target = Half, Values = WeightValues.Original });

        var expected = MaskedReference.Prune(weight, op, WeightGroup.Filter, Half);
        Assert.InRange(expected.Count(v => v == 0), weight.Length / 2, weight.Length / 2 + 1);
        AssertSame(MaskedReference.Run(op, expected, MaskedReference.Data(op), folder), Outputs(op));
    }

    [Theory]
    [MemberData(nameof(StoredForms))]
    public void Preset_fast_cuts_every_stored_form_where_it_lies(StoredAs stored, Number type)
    {
        var op = OperatorCase.All.Single(o => o.Name == "Conv in 2 groups");
        var weight = Random(op, type);

        Prune(Model(op, weight, stored, type), PruningOptions.Fast(Half));

        // One layer alone: whatever its scale, its least magnitudes go.
        AssertSame(MaskedReference.Run(op, MaskedReference.Prune(weight, op, WeightGroup.Layer, Half), MaskedReference.Data(op), folder),
            Outputs(op));
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Every_group_prunes_by_the_operators_own_filters_kernels_and_inputs(string name, WeightGroup group)
    {
        var op = OperatorCase.All.Single(o => o.Name == name);
        var weight = Random(op, Number.Float32);
        var path = Model(op, weight, StoredAs.Raw, Number.Float32);
        var options = new PruningOptions { Target = Half, Group = group, Values = WeightValues.Original };
        var hasVectors = Enumerable.Range(0, weight.Length).GroupBy(i => MaskedReference.VectorOf(op.PlaceOfElement(i), group))
            .All(vector => vector.Count() > 1);
        if (!hasVectors)
        {
            Assert.Contains("one entry each", Assert.Throws<NothingMatchedException>(() => Prune(path, options)).Message,
                StringComparison.Ordinal);
            return;
        }

        Prune(path, options);

        AssertSame(MaskedReference.Run(op, MaskedReference.Prune(weight, op, group, Half), MaskedReference.Data(op), folder), Outputs(op));
    }

    [Theory]
    [InlineData(Number.Float32)]
    [InlineData(Number.Float64)]
    [InlineData(Number.Float16)]
    public void A_weight_of_the_graphs_own_number_type_needs_no_cast(Number type)
    {
        var element = StoredWeight.Element(type);
        var op = OperatorCase.All.Single(o => o.Name == "MatMul right");
        var weight = Random(op, type);
        var builder = new GraphBuilder().Input("x", element, 3, 5).Output("y", element, 3, 6);
        StoredWeight.Add(builder, weight, op.WeightShape, type, StoredAs.Raw, folder.Path);
        if (type != Number.Float32) builder.Graph.Node.Clear();
        builder.Node("MatMul", ["x", type == Number.Float32 ? "w" : "w0"], ["y"]);

        Prune(builder.Save(folder["model.onnx"]), new() { Target = SparsityTarget.Hoyer(0.8), Values = WeightValues.Original });

        var expected = MaskedReference.Prune(weight, op, WeightGroup.Filter, SparsityTarget.Hoyer(0.8));
        AssertSame(MaskedReference.Run(op, expected, MaskedReference.Data(op), folder), Outputs(op), type == Number.Float16 ? 1e-2 : 1e-5);
    }

    [Fact]
    public void External_data_is_written_beside_the_model_and_only_the_weights_bytes_change()
    {
        var op = OperatorCase.All[0];
        var weight = Random(op, Number.Float32);
        Prune(Model(op, weight, StoredAs.External, Number.Float32), new() { Target = Half });
        var (before, after) = (File.ReadAllBytes(folder["weights.bin"]), File.ReadAllBytes(folder["pruned.onnx.data"]));
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(before[..64], after[..64]);
        Assert.Equal(before[^64..], after[^64..]);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void External_data_of_a_model_written_elsewhere_keeps_its_name_and_of_one_written_in_place_gives_way_to_new()
    {
        var op = OperatorCase.All[0];
        var path = Model(op, Random(op, Number.Float32), StoredAs.External, Number.Float32);
        var before = File.ReadAllBytes(folder["weights.bin"]);
        Directory.CreateDirectory(folder["elsewhere"]);
        using var model = OnnxModel.Load(path);
        using var pruned = ModelPruner.Prune(model, new() { Target = Half }).Model;

        pruned.Save(folder["elsewhere/model.onnx"]);
        Assert.Equal(before, File.ReadAllBytes(folder["weights.bin"]));
        pruned.Save(path);

        Assert.Equal(File.ReadAllBytes(folder["elsewhere/weights.bin"]), File.ReadAllBytes(DataOf(path)));
        Assert.NotEqual(before, File.ReadAllBytes(DataOf(path)));
        Assert.False(File.Exists(folder["weights.bin"]));
    }

    [Fact]
    public void A_model_written_a_second_time_leaves_no_old_data_behind()
    {
        using var model =
            OnnxModel.Load(Model(OperatorCase.All[0], Random(OperatorCase.All[0], Number.Float32), StoredAs.External, Number.Float32));
        Directory.CreateDirectory(folder["elsewhere"]);
        foreach (var zeros in new[] { 0.25, 0.5 })
        {
            using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(zeros) }).Model;
            pruned.Save(folder["elsewhere/out.onnx"]);
            string[] expected = [folder["elsewhere/out.onnx"], DataOf(folder["elsewhere/out.onnx"])];
            Assert.Equal(expected.Order(), Directory.EnumerateFileSystemEntries(folder["elsewhere"]).Order());
            using var written = OnnxModel.Load(folder["elsewhere/out.onnx"]);
            Assert.Equal(zeros, ModelPruner.Measure(written)[0].Zeros, 1e-2);
        }
    }

    [Theory]
    [InlineData("elsewhere/other.onnx", true)]
    [InlineData("elsewhere/unreadable.onnx", true)]
    [InlineData("reaching.onnx", true)]
    [InlineData("unreadable.onnx", false)]
    [InlineData("empty.onnx", false)]
    public void Data_that_another_model_may_need_is_not_replaced(string other, bool isKept)
    {
        using var model =
            OnnxModel.Load(Model(OperatorCase.All[0], Random(OperatorCase.All[0], Number.Float32), StoredAs.External, Number.Float32));
        Directory.CreateDirectory(folder["elsewhere"]);
        model.Save(folder["elsewhere/out.onnx"]);
        if (other == "elsewhere/other.onnx") File.Copy(folder["elsewhere/out.onnx"], folder[other]);
        else File.WriteAllText(folder[other], other == "reaching.onnx" ? "half of elsewhere/w" : other == "empty.onnx" ? "" : "no model");
        using var pruned = ModelPruner.Prune(model, new() { Target = Half }).Model;
        pruned.Save(folder["elsewhere/out.onnx"]);
        Assert.Equal(isKept, File.Exists(folder["elsewhere/weights.bin"]));
        if (isKept) Assert.Equal(File.ReadAllBytes(folder["weights.bin"]), File.ReadAllBytes(folder["elsewhere/weights.bin"]));
        Assert.NotEqual(File.ReadAllBytes(folder["weights.bin"]), File.ReadAllBytes(folder["elsewhere/out.onnx.data"]));
    }

    /// <summary>The one file of a model's external data.</summary>
    private static string DataOf(string path)
    {
        using var model = OnnxModel.Load(path);
        var locations = model.Tensors.Where(tensor => tensor.Storage == TensorStorage.External)
            .Select(tensor => ExternalData.Of(tensor.Proto).Location);
        return Path.Combine(Path.GetDirectoryName(path)!, Assert.Single(locations.Distinct()));
    }

    private static double[] Random(OperatorCase op, Number type)
        => [.. GraphBuilder.Random(op.Count, seed: 3).Select(v => StoredWeight.Rounded(type, v))];

    private string Model(OperatorCase op, double[] weight, StoredAs stored, Number type)
    {
        var builder = MaskedReference.Graph(op);
        StoredWeight.Add(builder, weight, op.WeightShape, type, stored, folder.Path);
        op.AddTo(builder, "w");
        builder.Save(folder["model.onnx"]);
        if (stored == StoredAs.TypedUnpacked) StoredWeight.Unpack(folder["model.onnx"], weight, type);
        return folder["model.onnx"];
    }

    private void Prune(string path, PruningOptions options)
    {
        using var model = OnnxModel.Load(path);
        using var pruned = ModelPruner.Prune(model, options).Model;
        pruned.Save(folder["pruned.onnx"]);
    }

    private IReadOnlyList<float> Outputs(OperatorCase op) => MaskedReference.Outputs(folder["pruned.onnx"], MaskedReference.Data(op));

    private static void AssertSame(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Contains(expected, value => value != 0);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * (1 + Math.Abs(pair.First))));
    }
}
