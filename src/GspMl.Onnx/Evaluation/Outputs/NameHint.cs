namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>What an output's name says of its task.</summary>
internal static class NameHint
{
    private static readonly string[] Embedding = ["embed", "feature", "pooler", "pooled", "hidden", "vector"];
    private static readonly string[] Classes = ["logit", "prob", "softmax", "class"];
    private static readonly string[] Boxes = ["box", "detection"];

    public static bool IsEmbedding(string name) => Has(name, Embedding);

    public static bool IsClasses(string name) => Has(name, Classes);

    public static bool IsBoxes(string name) => Has(name, Boxes);

    private static bool Has(string name, string[] words) => words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
