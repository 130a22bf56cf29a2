namespace GspMl.Onnx.Patterns;

/// <summary>Each weight goes or stays alone.</summary>
internal sealed class ScatteredPattern : SparsityPattern
{
    public override string Name => "scattered";
}
