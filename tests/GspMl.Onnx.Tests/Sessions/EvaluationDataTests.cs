namespace GspMl.Onnx.Tests.Sessions;

public sealed class EvaluationDataTests
{
    private static InputTensor Rows(int count) => InputTensor.Create("x", new float[count * 2], count, 2);

    [Fact]
    public void The_first_input_says_how_many_rows_there_are()
    {
        Assert.Equal(3, new EvaluationData([Rows(3), InputTensor.Create("rate", new long[] { 1 })]).Rows);
        Assert.Equal(1, new EvaluationData([InputTensor.Create("x", new float[] { 1 })]).Rows);
        Assert.Equal(3, new EvaluationData([InputTensor.Create("rate", [1, 2], 2).AsConstant(), Rows(3)]).Rows);
        Assert.Equal(2, new EvaluationData([Rows(3).WithBatchAxis(1)]).Rows);
    }

    [Fact]
    public void What_is_no_data_is_refused()
    {
        Assert.Equal("inputs", Refused(() => new EvaluationData([])));
        Assert.Equal("inputs", Refused(() => new EvaluationData([null!])));
        Assert.Equal("inputs", Refused(() => new EvaluationData([Rows(0)])));
        Assert.Equal("labels", Refused(() => new EvaluationData([Rows(3)], [1, 2, 3, 4])));
        Assert.Equal("labels", Refused(() => new EvaluationData([Rows(3).WithBatchAxis(0)], [1, 2])));
        Assert.Equal("shape", Refused(() => InputTensor.Create("x", new float[6], 2, 2)));
        Assert.Equal("shape", Refused(() => InputTensor.Create("x", new float[6], -2, -3)));
        Assert.Equal("values", Refused(() => InputTensor.Create("x", new decimal[1], 1)));

        Assert.Throws<ArgumentOutOfRangeException>(() => Rows(3).WithLengths([1, 0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows(3).WithBatchAxis(-1));
        Assert.Throws<InvalidOperationException>(() => Rows(3).AsConstant().WithLengths([1, 1, 1]));

        static string? Refused(Func<object> call) => Assert.Throws<ArgumentException>(() => call()).ParamName;
    }
}
