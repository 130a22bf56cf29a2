namespace GspMl.Onnx.Checking;

/// <summary>What one runtime does with zeros.</summary>
internal abstract class Runtime
{
    /// <summary>Those that are known.</summary>
    public static IReadOnlyList<Runtime> All { get; } = [new OnnxRuntimeCpu(), new TensorRt(), new OpenVino(), new CoreMl()];

    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>What it does with the zeros of a layer.</summary>
    public RuntimeVerdict Judge(PrunableWeight weight, FoundZeros zeros)
        => zeros.IsDense ? No("the layer has hardly any zeros") : JudgeZeros(weight, zeros);

    /// <summary>What it does with a layer whose columns of zeros were left out when it was written.</summary>
    public RuntimeVerdict JudgeWritten()
        => Yes("the columns of zeros are left out: a Gather and smaller products, which every runtime runs");

    protected abstract RuntimeVerdict JudgeZeros(PrunableWeight weight, FoundZeros zeros);

    protected RuntimeVerdict Yes(string reason, double? ratio = null) => new(Name, true, reason, ratio);

    protected RuntimeVerdict No(string reason) => new(Name, false, reason);
}
