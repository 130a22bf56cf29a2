namespace GspMl.Onnx.Operators;

/// <summary>The domains of operators that are known.</summary>
internal static class OperatorDomain
{
    /// <summary>ONNX's own.</summary>
    public const string Onnx = "";

    /// <summary>ONNX Runtime's own, of which it writes fused forms when it saves a model that it has optimised.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>A domain under one name: ONNX's has two.</summary>
    public static string Of(string domain) => domain == "ai.onnx" ? Onnx : domain;
}
