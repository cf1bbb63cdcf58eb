/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays an operating system and firmware with the TPM's _DSM.  \_SB.TPM.PROB returns what it saw. */
DefinitionBlock ("", "SSDT", 2, "TEST", "PPIPROBE", 1)
{
    External (\_SB.TPM, DeviceObj)
    External (\_SB.TPM._DSM, MethodObj)
    External (\_SB.TPM.PPRQ, FieldUnitObj)
    External (\_SB.TPM.PPRM, FieldUnitObj)
    External (\_SB.TPM.PPRP, FieldUnitObj)
    External (\_SB.TPM.LPPR, FieldUnitObj)
    External (\_SB.TPM.MOVV, FieldUnitObj)

    Scope (\_SB.TPM)
    {
        /* Firmware's word on operations 5 and 6. */
        OperationRegion (FUN5, SystemMemory, 0xFED45005, 1)
        Field (FUN5, ByteAcc, NoLock, Preserve) { FLG5, 8 }
        OperationRegion (FUN6, SystemMemory, 0xFED45006, 1)
        Field (FUN6, ByteAcc, NoLock, Preserve) { FLG6, 8 }

        Method (PPI, 3, Serialized)
        {
            Return (_DSM (ToUUID ("3dddfaa6-361b-4eb4-a424-8d10089d1653"), Arg0, Arg1, Arg2))
        }

        Method (MOR, 2, Serialized)
        {
            Return (_DSM (ToUUID ("376054ed-cc13-4675-901c-4756d7f2d45d"), 1, Arg0, Arg1))
        }

        Method (PROB, 0, Serialized)
        {
            Local0 = Package (28) {}
            Local0[0] = PPI (1, 0, Package () { 0 })
            Local0[1] = PPI (1, 1, Package () { 0 })

            /* 2: submit.  Not implemented, then allowed. */
            FLG5 = 0
            Local0[2] = PPI (1, 2, Package () { 5 })
            Local0[3] = PPRQ
            FLG5 = 0x1b
            PPRM = 0x55
            Local0[4] = PPI (1, 2, Package () { 5 })
            Local0[5] = PPRQ
            Local0[6] = PPRM

            /* 3: pending, in both revisions. */
            Local0[7] = PPI (1, 3, Package () { 0 })
            Local0[8] = PPI (2, 3, Package () { 0 })

            Local0[9] = PPI (1, 4, Package () { 0 })
            LPPR = 0x09
            PPRP = 0x11
            Local0[10] = PPI (1, 5, Package () { 0 })
            Local0[11] = PPI (1, 6, Package () { 0 })

            /* 7: submit with a parameter.  Not implemented, blocked, allowed. */
            FLG6 = 0
            Local0[12] = PPI (2, 7, Package () { 6, 0x77 })
            FLG6 = 2
            Local0[13] = PPI (2, 7, Package () { 6, 0x77 })
            Local0[14] = PPRQ
            FLG6 = 4
            Local0[15] = PPI (2, 7, Package () { 6, 0x77 })
            Local0[16] = PPI (2, 3, Package () { 0 })
            Local0[17] = PPI (1, 7, Package () { 6 })
            Local0[18] = PPI (2, 3, Package () { 0 })

            /* 8: what may be submitted. */
            Local0[19] = PPI (1, 8, Package () { 5 })
            Local0[20] = PPI (1, 8, Package () { 6 })
            Local0[21] = PPI (1, 8, Package () { 0x100 })
            Local0[22] = PPI (1, 9, Package () { 0 })

            Local0[23] = MOR (0, Package () { 0 })
            Local0[24] = MOVV
            Local0[25] = MOR (1, Package () { 0x11 })
            Local0[26] = MOVV
            Local0[27] = 1
            Return (Local0)
        }
    }
}
