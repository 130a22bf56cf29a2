using Microsoft.ML.Data;

namespace PrunedModelInPipeline;

/// <summary>A network that makes features of a digit: its file, what it reads and what it puts out.</summary>
internal sealed record Network(string Name, string File, string Input, string Output, int[] Shape, int Rows)
{
#if RESNET18
    /// <summary>ResNet-18 without its last layer, as the package brings it: 512 features of a picture of 224 × 224.</summary>
    public static Network Chosen { get; } = new("ResNet-18",
        Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"),
        "Input247", "Pooling395_Output_0", [3, 224, 224], Rows: 300);
#else
    /// <summary>The residual net of this repository, which has seen other digits: its ten scores are the features.</summary>
    public static Network Chosen { get; } = new("small residual net", "onnx-models/resnet14_bn.onnx", "input", "logits",
        [1, Digit.Side, Digit.Side], Rows: 600);
#endif

    /// <summary>A column of the network's input, and the digit.</summary>
    public SchemaDefinition Schema
    {
        get
        {
            var schema = SchemaDefinition.Create(typeof(Row));
            var pixels = schema[nameof(Row.Pixels)];
            (pixels.ColumnName, pixels.ColumnType) = (Input, new VectorDataViewType(NumberDataViewType.Single, Shape));
            return schema;
        }
    }

    /// <summary>The digit as the network wants it: each pixel repeated, in each channel, centred where there are three of them.</summary>
    public Row Prepare(Digit digit)
    {
        var (height, width) = (Shape[1], Shape[2]);
        var pixels = new float[Shape[0] * height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x) = (i / width % height, i % width);
            var value = digit.Pixels[y * Digit.Side / height * Digit.Side + x * Digit.Side / width];
            pixels[i] = Shape[0] == 1 ? value : (value - 0.45f) / 0.226f;
        }
        return new() { Number = digit.Number, Pixels = pixels };
    }
}

/// <summary>A row of the pipeline.</summary>
internal sealed class Row
{
    public uint Number { get; set; }

    public float[] Pixels { get; set; } = [];
}
