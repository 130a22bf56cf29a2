using Google.Protobuf;
using GspMl.ML.Saving;
using GspMl.Onnx.Proto;

namespace GspMl.ML.Tests.Saving;

public class SavedGraphTests
{
    [Fact]
    public void A_model_of_others_is_not_recognised() => Assert.Null(SavedGraph.Recognise(Model(("other.component", "SparseNmf"))));

    [Fact]
    public void Settings_are_read_as_they_were_written()
    {
        const string columns = """[{"Name":"Features","Size":2,"SlotNames":["a","b"]}]""";
        var saved = Saved(("inputs", columns), ("weights", "[0.1,1E-30]"), ("unit-norm", "True"));
        Assert.Equal(("Features", 2), (saved.Inputs[0].Name, saved.Inputs[0].Size));
        Assert.Equal(["a", "b"], saved.Inputs[0].SlotNames);
        Assert.Equal([0.1f, 1e-30f], saved.Numbers<float>("weights"));
        Assert.True(saved.Flag("unit-norm"));
        Assert.Empty(saved.Constant<float>("none"));
    }

    /// <summary>The one exception that restoring a model is said to throw, whatever it is that cannot be read.</summary>
    [Theory]
    [InlineData("not a list")]
    [InlineData("null")]
    [InlineData("[\"x\"]")]
    [InlineData(null)]
    public void What_cannot_be_read_is_named_with_its_component(string? value)
    {
        var saved = value is null ? Saved() : Saved(("weights", value), ("inputs", value));
        Assert.Contains("GspProjection", Assert.Throws<FormatException>(() => saved.Numbers<float>("weights")).Message);
        Assert.Contains("'inputs'", Assert.Throws<FormatException>(() => saved.Inputs).Message);
    }

    private static SavedGraph Saved(params IEnumerable<(string Key, string Value)> settings)
    {
        var all = settings.Prepend(("component", "GspProjection")).Select(setting => (FittedGraph.Prefix + setting.Item1, setting.Item2));
        return Assert.IsType<SavedGraph>(SavedGraph.Recognise(Model([.. all])));
    }

    private static byte[] Model(params (string Key, string Value)[] settings)
    {
        var model = new ModelProto { Graph = new() };
        foreach (var (key, value) in settings) model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model.ToByteArray();
    }
}
