using GspMl.Onnx.Tensors;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Tests.Tensors;

public sealed class TensorConversionTests
{
    public static TheoryData<Array> Types() =>
    [
        new float[] { 9, 1, 0, 2 }, new double[] { 9, 1, 0, 2 }, new long[] { 9, 1, 0, 2 }, new int[] { 9, 1, 0, 2 },
        new byte[] { 9, 1, 0, 2 },
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Numbers_come_back_as_they_were_in_every_type_a_model_takes(Array values)
    {
        OrtElement[] types =
        [
            OrtElement.Float, OrtElement.Double, OrtElement.Float16, OrtElement.Int64, OrtElement.Int32, OrtElement.Int8, OrtElement.UInt8,
        ];
        foreach (var type in types)
        {
            using var tensor = TensorConversion.ToOrtValue(values, 1, 3, [3, 1], type);
            Assert.Equal([3, 1], tensor.GetTensorTypeAndShape().Shape);
            Assert.Equal([1, 0, 2], TensorConversion.ToFloats(tensor)!);
        }
        using var truth = TensorConversion.ToOrtValue(values, 1, 3, [3], OrtElement.Bool);
        Assert.Equal([1, 0, 1], TensorConversion.ToFloats(truth)!);
    }

    [Fact]
    public void A_number_beyond_a_type_becomes_its_last()
    {
        using var tensor = TensorConversion.ToOrtValue(new[] { 300.0, -1.0, 2.9 }, 0, 3, [3], OrtElement.UInt8);
        Assert.Equal([255, 0, 2], TensorConversion.ToFloats(tensor)!);
    }

    [Fact]
    public void Truth_is_one_where_a_model_takes_numbers()
    {
        using var tensor = TensorConversion.ToOrtValue(new[] { true, false }, 0, 2, [2], OrtElement.Float);
        Assert.Equal([1, 0], TensorConversion.ToFloats(tensor)!);
    }
}
