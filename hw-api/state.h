/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - the tables of a device's saved state: its fields, their form in a migration
 * stream, and other layouts of the same state.
 *
 * Device models include hw-api.h, which includes this header and has the rules.
 */
#ifndef HW_API_STATE_H
#define HW_API_STATE_H

#include "hw-api/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum HwStateFieldType {
    HW_STATE_UINT = 1,  /* `count` unsigned integers of `size` bytes: 1, 2, 4, 8 */
    HW_STATE_BYTES = 2, /* a uint32_t number, at most `count`, followed by as many runs of `size`
                         * bytes, 1 to 255.  The instance has room for `count` runs, the
                         * stream has as many as the number says */
    HW_STATE_ZEROS = 3, /* `count` bytes without a member: zeros when saved, skipped when
                         * loaded; `size` is 1, `offset` 0 */
    HW_STATE_PART = 4,  /* another state of the same instance, `part`, with its subsections;
                         * `size`, `count` and `offset` are 0 */
} HwStateFieldType;

typedef struct HwState HwState;

/* A member of the instance that travels in a migration stream, big-endian. */
typedef struct HwStateField {
    const char *name;
    uint32_t type;   /* HwStateFieldType */
    uint32_t offset; /* in the instance */
    uint32_t size;   /* one element's size in bytes */
    uint32_t count;
    uint32_t since; /* absent from states of a lower version */

    /* UINT: place of a uint32_t that is a field before this one in the same state.  This field is sent
     * only if that number has one of the bits `given_bits`; else it is loaded as 0.  0: always.  All
     * such fields of a state name the same place. */
    uint32_t given;

    const HwState *part; /* PART; it has no `needed` */

    /* UINT: bits that are as in `value` in each stream.  A host refuses another stream before it
     * goes on to the next field, so a number may tell how the fields after it look. */
    uint64_t fixed;
    uint64_t value;

    uint64_t given_bits;
} HwStateField;
HW_TABLE_TYPE(HwStateFields, HwStateField);

/*
 * The size of a member in bytes, or of an array's elements (up to three dimensions).  The
 * compiler refuses all types but uint8_t, uint16_t, uint32_t and uint64_t.  A stream may
 * bring any bits, and a bool or a pointer can't hold them.  A stream has no signs either.
 */
#ifdef __cplusplus
extern "C++" {
template <typename Type> struct HwSavedElement; /* other types have none */
template <> struct HwSavedElement<uint8_t> {
    static constexpr uint32_t size = 1;
};
template <> struct HwSavedElement<uint16_t> {
    static constexpr uint32_t size = 2;
};
template <> struct HwSavedElement<uint32_t> {
    static constexpr uint32_t size = 4;
};
template <> struct HwSavedElement<uint64_t> {
    static constexpr uint32_t size = 8;
};
template <typename Type, size_t count> struct HwSavedElement<Type[count]> : HwSavedElement<Type> {
};
}
#define HW_SAVED_SIZE(Struct, member) (HwSavedElement<decltype(((Struct *)0)->member)>::size)
#else
/* An array's first element; other members unchanged.  An array's value is a pointer, a type
 * other than the array's own: so _Generic knows arrays. */
#define HW_SAVED_FIRST(x) \
    (*_Generic((const volatile __typeof__(x) *)0,                                             \
               const volatile __typeof__(((void)0, (x))) *: &(x), default: (x)))
/* clang-format off */
#define HW_SAVED_SIZE(Struct, member)                                                         \
    _Generic(HW_SAVED_FIRST(HW_SAVED_FIRST(HW_SAVED_FIRST(((Struct *)0)->member))),           \
             uint8_t: 1, uint16_t: 2, uint32_t: 4, uint64_t: 8)
/* clang-format on */
#endif

/*
 * A member that is an unsigned integer or an array of unsigned integers.  Its name in the
 * stream is the member's.  _SINCE: from a version of the state on; _AS: with another name.
 */
#define HW_SAVED(Struct, member)                HW_SAVED_SINCE(Struct, member, 0)
#define HW_SAVED_SINCE(Struct, member, version) HW_SAVED_AS(#member, Struct, member, version)
/* clang-format off */
#define HW_SAVED_AS(name_, Struct, member, since_)                                            \
    { name_, HW_STATE_UINT, (uint32_t)offsetof(Struct, member),                               \
      HW_SAVED_SIZE(Struct, member),                                                          \
      (uint32_t)(sizeof(((Struct *)0)->member) / HW_SAVED_SIZE(Struct, member)), since_, 0,   \
      NULL, 0, 0, 0 }

/* A member with bits that are the same in each stream. */
#define HW_SAVED_FIXED(name_, Struct, member, fixed_, value_)                                 \
    { name_, HW_STATE_UINT, (uint32_t)offsetof(Struct, member),                               \
      HW_SAVED_SIZE(Struct, member),                                                          \
      (uint32_t)(sizeof(((Struct *)0)->member) / HW_SAVED_SIZE(Struct, member)), 0, 0,        \
      NULL, fixed_, value_, 0 }

/* A member that is sent only if a uint32_t, saved before it, has one of the bits. */
#define HW_SAVED_GIVEN(name_, Struct, member, number, bits)                                   \
    { name_, HW_STATE_UINT, (uint32_t)offsetof(Struct, member),                               \
      HW_SAVED_SIZE(Struct, member),                                                          \
      (uint32_t)(sizeof(((Struct *)0)->member) / HW_SAVED_SIZE(Struct, member)), 0,           \
      HW_MEMBER(Struct, number, uint32_t), NULL, 0, 0, bits }

/* HW_STATE_BYTES: a uint32_t followed by a uint8_t array.  The compiler refuses other types,
 * and members that don't follow each other. */
#define HW_SAVED_BYTES(name_, Struct, length, bytes)                                          \
    { name_, HW_STATE_BYTES,                                                                  \
      HW_MEMBER(Struct, length, char[HW_SAVED_SIZE(Struct, length) == 4 &&                    \
                                     HW_SAVED_SIZE(Struct, bytes) == 1 &&                     \
                                     offsetof(Struct, bytes) == offsetof(Struct, length) + 4  \
                                         ? 4 : 1]),                                           \
      1, (uint32_t)sizeof(((Struct *)0)->bytes), 0, 0, NULL, 0, 0, 0 }

/* The same for runs: a uint32_t followed by a uint8_t[count][size]. */
#define HW_SAVED_RUNS(name_, Struct, number, runs)                                            \
    { name_, HW_STATE_BYTES,                                                                  \
      HW_MEMBER(Struct, number, char[HW_SAVED_SIZE(Struct, number) == 4 &&                    \
                                     HW_SAVED_SIZE(Struct, runs) == 1 &&                      \
                                     offsetof(Struct, runs) == offsetof(Struct, number) + 4   \
                                         ? 4 : 1]),                                           \
      (uint32_t)sizeof(((Struct *)0)->runs[0]),                                               \
      (uint32_t)(sizeof(((Struct *)0)->runs) / sizeof(((Struct *)0)->runs[0])), 0, 0, NULL, 0, 0, 0 }

/* HW_STATE_ZEROS and HW_STATE_PART. */
#define HW_SAVED_ZEROS(name_, count_) { name_, HW_STATE_ZEROS, 0, 1, count_, 0, 0, NULL, 0, 0, 0 }
#define HW_SAVED_PART(name_, part_)   { name_, HW_STATE_PART, 0, 0, 0, 0, 0, part_, 0, 0, 0 }
/* clang-format on */

HW_TABLE_TYPE(HwSubstates, HwState);

/*
 * The saved state of an instance, in the form of QEMU's VMState sections: the fields
 * in order, then each subsection that is needed.  The struct has no HwAbi: its class's
 * minor version tells its size.
 */
struct HwState {
    const char *name;         /* the section's, "tpm-crb"; a subsection's "tpm-crb/chunk" */
    uint32_t version;         /* at most 0x7fffffff */
    uint32_t minimum_version; /* the oldest that loads */
    HwStateFields fields;
    HwSubstates subsections; /* at most 64; the fields of a subsection that the
                              * stream doesn't have are loaded as 0 */

    /* Makes the fields current and changes nothing else.  Called after `quiesce`, before the
     * host reads the fields.  [device lock & realized] */
    void (*pre_save)(HwDevice *dev);

    /*
     * Called with the new fields in place; fields of a later version than the stream's
     * keep their old values.  Checks the fields.  Return false to refuse the stream; the
     * host then restores the old fields.  The hook may change fields.  It may change other
     * things only if `load_undone` restores them, since another device can still refuse.
     * A subsection's hook is called before its state's, and may read the fields of both.
     * [device lock & realized]
     */
    bool (*post_load)(HwDevice *dev, uint32_t version, HwError *error);

    /* For subsections: true if this subsection is sent.  Called after the pre_save of the
     * state that it is part of.  NULL: always sent.  [device lock & realized] */
    bool (*needed)(HwDevice *dev);
};

/*
 * Another layout of the same state, used by other programs' streams.  An instance
 * loads and saves in one layout only; see HwDeviceClass.layout_from.
 */
typedef struct HwLayout {
    const char *name;     /* "pc" */
    const HwState *state; /* replaces the class's */
    HwNames ram_blocks;   /* by region, replaces HwRegion.ram_block; "": the
                           * region's memory is not part of the state */
} HwLayout;
HW_TABLE_TYPE(HwLayouts, HwLayout);

#ifdef __cplusplus
}
#endif

#endif
