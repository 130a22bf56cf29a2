using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class ClassAgreementTests
{
    /// <summary>The root of what is negative is NaN: such rows must not pass for agreement, in whichever model.</summary>
    [Fact]
    public void Rows_with_NaN_have_no_class_and_agree_with_nothing()
    {
        using var model = Sessions.StateModel.Load(
            new GraphBuilder().Input("x", "n", 2).Output("y", "n", 2).Node("Sqrt", ["x"], ["y"]));
        var rows = new EvaluationData([InputTensor.Create("x", new float[] { 1, 4, 9, -1, -1, 4, 4, 1 }, 4, 2)]);
        var both = ModelEvaluator.Compare(model, model, rows, new() { LatencyRuns = 0, Tasks = [new("y", OutputTask.Classes)] });

        var classes = Assert.Single(both.Judgements).Classes!;
        Assert.Equal((4, 2, 2), (classes.Rows, classes.Same, classes.WithoutClass));
        Assert.Equal(0.5, both.Agreement);
        Assert.Equal([1, 2], both.ChangedRows.Select(row => row.Row));
    }
}
